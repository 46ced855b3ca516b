internal import Crypto
internal import DocumentTree

/// The SHA-256 of bytes as 64 hexadecimal digits, as sha256sum(1) prints it.
func sha256Text(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).hexadecimal
}
