/// SHA-1 (FIPS 180-4), which git's index and pack files end in. Object ids come from libgit2, which detects collisions.
struct SHA1 {
    private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
        0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0
    )
    private var schedule = [UInt32](repeating: 0, count: 80)

    /// The 20 bytes of the digest.
    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA1()
        let whole = bytes.count & ~63
        for start in stride(from: 0, to: whole, by: 64) {
            hash.add(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 64)]))
        }
        var tail = Array(bytes[whole...])
        tail.append(0x80)
        while tail.count % 64 != 56 { tail.append(0) }
        withUnsafeBytes(of: UInt64(bytes.count) << 3) { tail.append(contentsOf: $0.reversed()) }
        tail.withUnsafeBytes { tail in
            for start in stride(from: 0, to: tail.count, by: 64) {
                hash.add(UnsafeRawBufferPointer(rebasing: tail[start..<(start + 64)]))
            }
        }
        let words = [hash.state.0, hash.state.1, hash.state.2, hash.state.3, hash.state.4]
        return words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    private mutating func add(_ block: UnsafeRawBufferPointer) {
        var (a, b, c, d, e) = state
        schedule.withUnsafeMutableBufferPointer { w in
            for index in 0..<16 {
                w[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            }
            for index in 16..<80 {
                let mixed = w[index - 3] ^ w[index - 8] ^ w[index - 14] ^ w[index - 16]
                w[index] = mixed << 1 | mixed >> 31
            }
            @inline(__always) func round(_ mix: UInt32, _ constant: UInt32, _ word: UInt32) {
                let next = (a << 5 | a >> 27) &+ mix &+ e &+ constant &+ word
                (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, next)
            }
            for index in 0..<20 { round(d ^ (b & (c ^ d)), 0x5A82_7999, w[index]) }
            for index in 20..<40 { round(b ^ c ^ d, 0x6ED9_EBA1, w[index]) }
            for index in 40..<60 { round((b & c) | (d & (b | c)), 0x8F1B_BCDC, w[index]) }
            for index in 60..<80 { round(b ^ c ^ d, 0xCA62_C1D6, w[index]) }
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }
}
