import DocumentTree

/// A text as it is compared without regard to case: its UTF-16 code units, each letter in its simple upper case.
///
/// Source: .NET's `StringComparison.OrdinalIgnoreCase`, which the runner compares with. `ı` and `ſ` stay as they are there, too.
struct OrdinalText: Hashable {
    let units: [UInt16]

    init(_ text: String) {
        var units: [UInt16] = []
        units.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                let unit = UInt16(scalar.value)
                units.append((0x61...0x7A).contains(unit) ? unit - 0x20 : unit)
            } else {
                units.append(contentsOf: UTF16.encode(Self.upper(scalar)) ?? UTF16.encodedReplacementCharacter)
            }
        }
        self.units = units
    }

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\u{131}" || scalar == "\u{17F}" { return scalar }
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        guard let first = mapped.first, mapped.count == 1 else { return scalar }
        return first
    }

    func contains(_ other: OrdinalText) -> Bool {
        guard let first = other.units.first else { return true }
        guard other.units.count <= units.count else { return false }
        for start in 0...(units.count - other.units.count)
        where units[start] == first && units[start...].starts(with: other.units) { return true }
        return false
    }

    func hasPrefix(_ other: OrdinalText) -> Bool { units.starts(with: other.units) }

    func hasSuffix(_ other: OrdinalText) -> Bool {
        units.count >= other.units.count && units.suffix(other.units.count).elementsEqual(other.units)
    }
}

extension OrdinalText: Comparable {
    static func < (left: OrdinalText, right: OrdinalText) -> Bool { left.units.lexicographicallyPrecedes(right.units) }
}

extension ValueMapping {
    /// The value of the key, or else of the first key that differs in case only.
    func value(ignoringCaseOf key: String) -> Value? {
        if let value = self[key] { return value }
        let wanted = OrdinalText(key)
        return entries.first { $0.key.utf8.count == key.utf8.count && OrdinalText($0.key) == wanted }?.value
    }
}
