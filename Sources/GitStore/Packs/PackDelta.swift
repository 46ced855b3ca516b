/// An object as a difference to another one: copies of its parts, and new bytes between them.
///
/// Source: gitformat-pack(5), "Deltified representation".
enum PackDelta {
    /// The object that a difference makes of its base; nil where it does not fit to it.
    static func applied(_ delta: [UInt8], to base: [UInt8]) -> [UInt8]? {
        delta.withUnsafeBytes { delta in
            base.withUnsafeBytes { base in
                var reader = Reader(bytes: delta)
                guard reader.size() == base.count, let size = reader.size(), size <= PackReader.largestObject else {
                    return nil
                }
                var isWhole = false
                let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
                    isWhole = reader.apply(to: base, into: UnsafeMutableRawBufferPointer(target), size: size)
                    count = isWhole ? size : 0
                }
                return isWhole ? result : nil
            }
        }
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        private var position = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        private mutating func next() -> UInt8? {
            guard position < bytes.count else { return nil }
            defer { position += 1 }
            return bytes[position]
        }

        /// Seven bits a byte, the lowest first.
        mutating func size() -> Int? {
            var size = 0
            for shift in stride(from: 0, to: 56, by: 7) {
                guard let byte = next() else { return nil }
                size |= Int(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return size }
            }
            return nil
        }

        /// Whether it came out as large as it should.
        mutating func apply(to base: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, size: Int)
            -> Bool
        {
            var written = 0
            while let code = next() {
                let part: UnsafeRawBufferPointer
                if code & 0x80 != 0 {
                    guard let (offset, count) = copy(code), offset <= base.count, count <= base.count - offset else {
                        return false
                    }
                    part = UnsafeRawBufferPointer(rebasing: base[offset..<(offset + count)])
                } else {
                    let count = Int(code)
                    guard count > 0, count <= bytes.count - position else { return false }
                    part = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
                    position += count
                }
                guard part.count <= size - written else { return false }
                UnsafeMutableRawBufferPointer(rebasing: target[written..<(written + part.count)]).copyMemory(from: part)
                written += part.count
            }
            return written == size
        }

        /// Which bytes of the base to copy: each of seven bits says whether a byte of the offset or of the size follows.
        private mutating func copy(_ code: UInt8) -> (offset: Int, count: Int)? {
            var (offset, count) = (0, 0)
            for bit in 0..<4 where code & (1 << bit) != 0 {
                guard let byte = next() else { return nil }
                offset |= Int(byte) << (8 * bit)
            }
            for bit in 0..<3 where code & (0x10 << bit) != 0 {
                guard let byte = next() else { return nil }
                count |= Int(byte) << (8 * bit)
            }
            return (offset, count == 0 ? 0x10000 : count)
        }
    }
}
