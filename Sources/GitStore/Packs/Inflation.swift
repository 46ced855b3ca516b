internal import CLibgit2

/// zlib's decompression, one stream after the other with the same memory.
final class Inflation {
    private let stream: UnsafeMutablePointer<z_stream>

    /// nil where there is no memory for it.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard wfrepo_inflate_init(stream) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Decompresses a stream that must have exactly `count` bytes.
    ///
    /// - Parameter next: gives the compressed bytes piece by piece; nil or an empty piece is too early an end.
    /// - Returns: nil where the stream is damaged: zlib checks its Adler-32.
    func bytes(_ count: Int, _ next: () -> UnsafeRawBufferPointer?) -> [UInt8]? {
        guard inflateReset(stream) == Z_OK else { return nil }
        var isWhole = false
        // zlib wants a place to write to even for no bytes.
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, written in
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(clamping: count)
            isWhole = run(next) && stream.pointee.avail_out == 0
            written = isWhole ? count : 0
        }
        return isWhole ? bytes : nil
    }

    private func run(_ next: () -> UnsafeRawBufferPointer?) -> Bool {
        while let piece = next(), !piece.isEmpty {
            let input = piece.assumingMemoryBound(to: UInt8.self)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(clamping: input.count)
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_STREAM_END: return true
            // More than was to be expected would never come to an end.
            case Z_OK where stream.pointee.avail_in == 0: continue
            default: return false
            }
        }
        return false
    }
}
