extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, two a byte.
    @inlinable package var hexadecimal: String { [UInt8](self).hexadecimalDigits }
}

extension [UInt8] {
    @usableFromInline package var hexadecimalDigits: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            for position in indices {
                text[2 * position] = Self.digit(self[position] >> 4)
                text[2 * position + 1] = Self.digit(self[position] & 15)
            }
            return 2 * count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
