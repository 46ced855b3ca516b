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

    /// Whether the other text stands anywhere in this one.
    ///
    /// Source: Knuth, Morris and Pratt, "Fast Pattern Matching in Strings" (1977): texts come from steps' outputs, and
    /// a search that starts anew at each place takes the product of their lengths.
    func contains(_ other: OrdinalText) -> Bool {
        let wanted = other.units
        if wanted.isEmpty { return true }
        var borders = [0]
        var length = 0
        for unit in wanted.dropFirst() {
            while length > 0, wanted[length] != unit { length = borders[length - 1] }
            if wanted[length] == unit { length += 1 }
            borders.append(length)
        }
        length = 0
        for unit in units {
            while length > 0, wanted[length] != unit { length = borders[length - 1] }
            if wanted[length] == unit { length += 1 }
            if length == wanted.count { return true }
        }
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
