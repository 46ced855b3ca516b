internal import CLibgit2

extension Zlib {
    /// How the end of compressed bytes was met.
    package enum End {
        /// All of it was unpacked.
        case whole
        /// The bytes end before the content does.
        case truncated
        /// The content is larger than the limit.
        case tooLarge
        /// It is not what it should be, or its sum is another one.
        case damaged
    }

    /// Unpacks gzip (RFC 1952), several members behind each other, too, or zlib's own form (RFC 1950).
    ///
    /// - Parameter limit: How many bytes are unpacked at most: a few may stand for any number.
    /// - Returns: What was unpacked until then, and why no more.
    package static func inflated(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], end: End) {
        var stream = z_stream()
        guard wfrepo_inflate_init(&stream) == Z_OK else { return ([], .damaged) }
        defer { inflateEnd(&stream) }
        var unpacked: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let end: End = bytes.withUnsafeBufferPointer { source in
            stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.avail_in = UInt32(clamping: source.count)
            while true {
                let status = chunk.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(clamping: room.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                unpacked += chunk.prefix(chunk.count - Int(stream.avail_out))
                guard unpacked.count <= limit else {
                    unpacked.removeLast(unpacked.count - limit)
                    return .tooLarge
                }
                switch status {
                case Z_OK: continue
                case Z_STREAM_END:
                    guard stream.avail_in > 0 else { return .whole }
                    guard inflateReset(&stream) == Z_OK else { return .damaged }
                case Z_BUF_ERROR: return .truncated
                default: return .damaged
                }
            }
        }
        return (unpacked, end)
    }
}
