internal import Crypto

/// The SHA-256 of bytes as 64 hexadecimal digits, as sha256sum(1) prints it.
func sha256Text(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
}
