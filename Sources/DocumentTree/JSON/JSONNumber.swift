/// Numbers as JSON writes them.
///
/// Source: RFC 8259, chapter 6.
enum JSONNumber {
    /// The datum of a number that starts at `index`, and the offset behind it; nil where there is none.
    static func parse(_ bytes: [UInt8], at start: Int) -> (value: Value, end: Int)? {
        var index = start
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let whole = digits(bytes, from: index)
        guard !whole.isEmpty, whole.count == 1 || bytes[index] != UInt8(ascii: "0") else { return nil }
        index = whole.upperBound
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = digits(bytes, from: index + 1)
            guard !fraction.isEmpty else { return nil }
            index = fraction.upperBound
            isInteger = false
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            var exponent = index + 1
            if exponent < bytes.count, bytes[exponent] == UInt8(ascii: "-") || bytes[exponent] == UInt8(ascii: "+") {
                exponent += 1
            }
            let power = digits(bytes, from: exponent)
            guard !power.isEmpty else { return nil }
            index = power.upperBound
            isInteger = false
        }
        if isInteger {
            let text = String(decoding: bytes[whole], as: UTF8.self)
            return (CoreSchema.decimal(digits: text[...], isNegative: isNegative), index)
        }
        return Double(String(decoding: bytes[start..<index], as: UTF8.self)).map { (.double($0), index) }
    }

    private static func digits(_ bytes: [UInt8], from start: Int) -> Range<Int> {
        var end = start
        while end < bytes.count, CoreSchema.isDigit(bytes[end]) { end += 1 }
        return start..<end
    }
}
