/// What a plain scalar means.
///
/// Source: YAML 1.2.2, chapter 10.3.2 (core schema, tag resolution).
enum CoreSchema {
    /// The digits beyond which a hexadecimal or octal number stays a string: to write it in decimal costs their square.
    static let maximumRadixDigits = 4096

    /// The datum of a plain scalar.
    static func value(ofPlain text: String) -> Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "~"): return text == "~" ? .null : .string(text)
        case UInt8(ascii: "n"), UInt8(ascii: "N"):
            return text == "null" || text == "Null" || text == "NULL" ? .null : .string(text)
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return text == "true" || text == "True" || text == "TRUE" ? .bool(true) : .string(text)
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return text == "false" || text == "False" || text == "FALSE" ? .bool(false) : .string(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return integer(text) ?? double(text) ?? .string(text)
        default: return .string(text)
        }
    }

    /// `[-+]?[0-9]+`, `0o[0-7]+` and `0x[0-9a-fA-F]+`.
    static func integer(_ text: String) -> Value? {
        if text.hasPrefix("0o") { return integer(digits: text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return integer(digits: text.dropFirst(2), radix: 16) }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
        let digits = Substring(text.utf8.dropFirst(isSigned ? 1 : 0))
        guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit) else { return nil }
        return decimal(digits: digits, isNegative: isNegative)
    }

    /// An integer of decimal digits, of any length.
    static func decimal(digits: Substring, isNegative: Bool) -> Value {
        let significant = Substring(digits.utf8.drop { $0 == UInt8(ascii: "0") })
        let text = (isNegative ? "-" : "") + (significant.isEmpty ? "0" : String(significant))
        return Int(text).map(Value.integer) ?? .bigInteger(text)
    }

    private static func integer(digits: Substring, radix: Int) -> Value? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ Character(UnicodeScalar($0)).isDigit(radix: radix) }) else {
            return nil
        }
        if let integer = Int(digits, radix: radix) { return .integer(integer) }
        guard digits.utf8.count <= maximumRadixDigits else { return nil }
        // Decimal digits, least significant first: multiply by the radix and add, digit by digit.
        var decimals: [UInt8] = [0]
        for character in digits {
            var carry = character.hexDigitValue ?? 0
            for index in decimals.indices {
                carry += Int(decimals[index]) * radix
                decimals[index] = UInt8(carry % 10)
                carry /= 10
            }
            while carry > 0 {
                decimals.append(UInt8(carry % 10))
                carry /= 10
            }
        }
        return .bigInteger(String(decoding: decimals.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self))
    }

    /// The infinities and NaN.
    private static func word(_ text: String) -> Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": .double(-.infinity)
        case ".nan", ".NaN", ".NAN": .double(.nan)
        default: nil
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the infinities and NaN.
    static func double(_ text: String) -> Value? {
        guard let last = text.utf8.last else { return nil }
        guard isDigit(last) || last == UInt8(ascii: ".") else { return word(text) }
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = takeDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard takeDigits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty else { return nil }
        return Double(text).map(Value.double)
    }

    /// Takes the leading digits off `rest` and says how many they were.
    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Int {
        let digits = rest.prefix(while: isDigit).count
        rest.removeFirst(digits)
        return digits
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

extension Character {
    fileprivate func isDigit(radix: Int) -> Bool { hexDigitValue.map { $0 < radix && isASCII } ?? false }
}

extension CoreSchema {
    /// The datum of a scalar with an explicit tag: of the core schema's own tags as they say, a string under any
    /// other. Nil where the text is none of the tag's.
    static func value(of text: String, tag: String) -> Value? {
        switch tag {
        case "!!null": value(ofPlain: text) == .null ? .null : nil
        case "!!bool": value(ofPlain: text).bool.map(Value.bool)
        case "!!int": integer(text)
        case "!!float": double(text) ?? integer(text)
        default: .string(text)
        }
    }
}

extension Value {
    /// What a plain scalar means by the core schema of YAML 1.2: null, a truth value, a number, or else a string.
    public init(plainScalar text: String) { self = CoreSchema.value(ofPlain: text) }
}
