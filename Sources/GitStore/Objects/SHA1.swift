internal import Crypto

/// SHA-1 (FIPS 180-4), which git's index and pack files end in. Object ids come from libgit2, which detects collisions.
enum SHA1 {
    /// The 20 bytes of the digest.
    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = Insecure.SHA1()
        hash.update(bufferPointer: bytes)
        return Array(hash.finalize())
    }
}
