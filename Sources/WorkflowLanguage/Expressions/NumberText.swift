import Glibc

/// Numbers as the expression language reads and writes them.
enum NumberText {
    /// The number that a text stands for: JavaScript's rules for decimal numbers, `0x` and `0o` of up to 32 bits, the
    /// infinities; 0 for nothing but white space, NaN for everything else.
    static func parse(_ text: String) -> Double {
        let trimmed = trim(text)
        if trimmed.isEmpty { return 0 }
        if isDecimal(trimmed) { return Double(String(decoding: trimmed, as: UTF8.self)) ?? .nan }
        if let word = special(String(decoding: trimmed, as: UTF8.self).lowercased()) { return word }
        guard trimmed.count > 2, trimmed.first == UInt8(ascii: "0") else { return .nan }
        let digits = String(decoding: trimmed.dropFirst(2), as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }) else { return .nan }
        // The runner reads these into 32 bits with a sign: 0xFFFFFFFF is -1 there.
        let bits: UInt32? =
            switch trimmed.dropFirst().first {
            case UInt8(ascii: "x"): UInt32(digits, radix: 16)
            case UInt8(ascii: "o"): UInt32(digits, radix: 8)
            default: nil
            }
        return bits.map { Double(Int32(bitPattern: $0)) } ?? .nan
    }

    /// The first whole number that `write` does not give in all its digits.
    static let firstCutShort: UInt = 1_000_000_000_000_000

    /// The number as .NET's format `G15` writes it: 15 significant digits, `E` and at least two digits of exponent
    /// where the number is below 0.0001 or has more than 15 digits before the point. A negative zero is `0`, as the runner has it.
    static func write(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number == 0 { return "0" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        var buffer = [CChar](repeating: 0, count: 40)
        let length = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%.15G", $0) }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `[+-] digits [. digits] [e [+-] digits]` with digits before or behind the point.
    private static func isDecimal(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes[...]
        func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
        func skipDigits() -> Bool {
            let before = rest.count
            rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return rest.count < before
        }
        if isSign(rest.first) { rest = rest.dropFirst() }
        var hasDigits = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if skipDigits() { hasDigits = true }
        }
        guard hasDigits else { return false }
        if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if isSign(rest.first) { rest = rest.dropFirst() }
            guard skipDigits() else { return false }
        }
        return rest.isEmpty
    }

    private static func special(_ word: String) -> Double? {
        switch word {
        case "infinity", "+infinity": .infinity
        case "-infinity": -.infinity
        default: nil
        }
    }

    private static func trim(_ text: String) -> [UInt8] {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return [] }
        return Array(String(scalars[first...last]).utf8)
    }
}
