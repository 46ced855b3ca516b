internal import CLibgit2

/// zlib's compression (RFC 1950), fast rather than small: what is written here is packed again by `git gc`.
package enum Zlib {
    static func deflated(_ bytes: [UInt8]) throws(GitError) -> [UInt8] {
        var stream = z_stream()
        let windowBits = windowBits(for: bytes.count)
        try check(
            wfrepo_deflate_init(&stream, Z_BEST_SPEED, windowBits, min(windowBits - 6, 8), Z_DEFAULT_STRATEGY),
            "start to compress")
        defer { deflateEnd(&stream) }
        var status = Z_OK
        let result = [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) {
            buffer, count in
            status = bytes.withUnsafeBufferPointer { source in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(clamping: source.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(clamping: buffer.count)
                return deflate(&stream, Z_FINISH)
            }
            count = status == Z_STREAM_END ? Int(stream.total_out) : 0
        }
        guard status == Z_STREAM_END else { throw GitError(.other, "compress", nil, "zlib error \(status)") }
        return result
    }

    /// The bytes as they are, in the same form: blocks that say how long they are (RFC 1951, 3.2.4), and a sum behind them.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(bytes.count + bytes.count / 0xFFFF * 5 + 11)
        var sum = adler32(0, nil, 0)
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            let count = UInt16(truncatingIfNeeded: block.count)
            stream.append(rest.isEmpty ? 1 : 0)
            for number in [count, ~count] {
                stream.append(UInt8(truncatingIfNeeded: number))
                stream.append(UInt8(truncatingIfNeeded: number >> 8))
            }
            stream += block
            sum = block.withUnsafeBufferPointer { adler32(sum, $0.baseAddress, UInt32(count)) }
        } while !rest.isEmpty
        stream.appendBigEndian(UInt32(truncatingIfNeeded: sum))
        return stream
    }

    /// CRC-32, as zlib has it.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum = crc32(0, nil, 0)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            sum = crc32(sum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
            rest = rest.dropFirst(piece.count)
        }
        return UInt32(truncatingIfNeeded: sum)
    }

    /// A window no larger than the data, 512 bytes to 32 kB: the usual one takes 268 kB of memory for each small object.
    private static func windowBits(for count: Int) -> Int32 {
        Int32(min(max(Int.bitWidth - max(count - 1, 1).leadingZeroBitCount, 9), 15))
    }

    private static func check(_ status: Int32, _ action: String) throws(GitError) {
        guard status == Z_OK else { throw GitError(.other, action, nil, "zlib error \(status)") }
    }
}
