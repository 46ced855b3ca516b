internal import Crypto
internal import FoundationEssentials

/// A stream of bytes under a passphrase: AES-256-GCM in chunks, each authenticated with its place and with whether it is the
/// last one, so that a stream that was cut, joined or put in another order is known.
///
/// The form: `wfrepo-sealed-1`, a line feed, 16 bytes of salt, the cost of scrypt as one byte (its logarithm), then chunks:
/// a length in 4 bytes (big-endian, without the tag), the ciphertext, 16 bytes of tag. The key is made from passphrase
/// and salt, so it seals one stream only, and the chunk's number can be the nonce.
///
/// Source: V. T. Hoang, R. Reyhanitabar, P. Rogaway, D. Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
/// Misuse-Resistance" (2015), the construction STREAM.
enum SealedStream {
    static let header = Array("wfrepo-sealed-1\n".utf8)
    static let chunkSize = 1 << 20
    static let tagSize = 16

    /// The nonce of a chunk: its number, then whether it is the last one.
    static func nonce(_ number: UInt64, isLast: Bool) throws -> AES.GCM.Nonce {
        let digits = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        return try AES.GCM.Nonce(data: [0, 0, 0] + digits + [isLast ? 1 : 0])
    }
}

/// Seals a stream piece by piece.
public struct StreamSealer {
    private let key: SymmetricKey
    private var number: UInt64 = 0
    private var pending: [UInt8] = []
    /// What stands before the first chunk.
    public let head: [UInt8]

    /// Begins a stream under a passphrase.
    public init(passphrase: [UInt8]) throws { try self.init(passphrase: passphrase, cost: PassphraseKey.standardCost) }

    init(passphrase: [UInt8], cost: Int) throws {
        let parameters = PassphraseKey(cost: cost)
        key = try parameters.key(from: passphrase)
        head = SealedStream.header + parameters.salt + [UInt8(cost.trailingZeroBitCount)]
    }

    /// Takes bytes in; returns the chunks that are full.
    public mutating func seal(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
        pending += bytes
        var sealed: [UInt8] = []
        // The last chunk is not known as such before the end, so one is held back.
        while pending.count > SealedStream.chunkSize {
            sealed += try chunk(Array(pending.prefix(SealedStream.chunkSize)), isLast: false)
            pending.removeFirst(SealedStream.chunkSize)
        }
        return sealed
    }

    /// Ends the stream; returns its last chunk.
    public mutating func finish() throws -> [UInt8] { try chunk(pending, isLast: true) }

    private mutating func chunk(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
        let nonce = try SealedStream.nonce(number, isLast: isLast)
        number += 1
        let box = try AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: head)
        let length = withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) }
        return length + box.ciphertext + box.tag
    }
}

/// Opens a sealed stream piece by piece. What it returns is authentic; that the stream is whole is known at its end only.
public struct StreamOpener {
    private let name: String
    private let read: (Int) throws -> [UInt8]
    private let key: SymmetricKey
    private let head: [UInt8]
    private var number: UInt64 = 0
    private var isOver = false

    /// Begins to read a stream.
    ///
    /// - Parameters:
    ///   - name: What it is called in errors.
    ///   - read: Gives that many bytes, fewer at the end only.
    /// - Throws: ``SecretsError`` `invalid` where it is no sealed stream.
    public init(_ name: String, passphrase: () throws -> [UInt8], read: @escaping (Int) throws -> [UInt8]) throws {
        self.name = name
        self.read = read
        let head = try read(SealedStream.header.count + 17)
        guard head.count == SealedStream.header.count + 17, head.starts(with: SealedStream.header),
            let exponent = head.last, (14...20).contains(exponent)
        else { throw SecretsError(.invalid, name, "is no sealed stream") }
        self.head = head
        let salt = Array(head[SealedStream.header.count..<(head.count - 1)])
        key = try PassphraseKey(salt: salt, cost: 1 << Int(exponent)).key(from: passphrase())
    }

    /// Whether bytes are the beginning of a sealed stream.
    public static func isSealed(_ beginning: [UInt8]) -> Bool { beginning.starts(with: SealedStream.header) }

    /// The next piece; nil at the end.
    ///
    /// - Throws: ``SecretsError`` `wrongKey` where the first chunk does not open, `damaged` where a later one doesn't, or the
    ///   stream ends too early or too late.
    public mutating func next() throws -> [UInt8]? {
        guard !isOver else { return nil }
        let length = try read(4)
        guard length.count == 4 else { throw damaged("ends too early") }
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard count <= SealedStream.chunkSize else { throw damaged("is damaged in chunk \(number)") }
        let sealed = try read(count + SealedStream.tagSize)
        guard sealed.count == count + SealedStream.tagSize else { throw damaged("ends too early") }
        for isLast in [false, true] {
            guard let bytes = try open(sealed, isLast: isLast) else { continue }
            number += 1
            guard isLast else { return bytes }
            guard try read(1).isEmpty else { throw damaged("has something behind its end") }
            isOver = true
            return bytes
        }
        guard number > 0 else {
            throw SecretsError(.wrongKey, name, "the passphrase is not the right one, or its beginning is damaged")
        }
        throw damaged("is damaged in chunk \(number)")
    }

    private func open(_ sealed: [UInt8], isLast: Bool) throws -> [UInt8]? {
        let box = try AES.GCM.SealedBox(
            nonce: SealedStream.nonce(number, isLast: isLast), ciphertext: sealed.dropLast(SealedStream.tagSize),
            tag: sealed.suffix(SealedStream.tagSize))
        return (try? AES.GCM.open(box, using: key, authenticating: head)).map { Array($0) }
    }

    private func damaged(_ reason: String) -> SecretsError { SecretsError(.damaged, name, reason) }
}
