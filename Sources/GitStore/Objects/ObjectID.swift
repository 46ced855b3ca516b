internal import CLibgit2

/// The SHA-1 name of any object in a git repository.
public struct ObjectID: Hashable, Comparable, Sendable {
    // Three big-endian words: comparing and hashing them is much cheaper than twenty bytes.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// The number of bytes of an id.
    static let byteCount = 20
    /// The number of hexadecimal digits of an id.
    static let hexCount = 40

    /// The id of no object. git uses it for "does not exist" where an id is asked for.
    public static let zero = ObjectID(high: 0, middle: 0, low: 0)

    private init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// Parses 40 hexadecimal digits; `nil` for anything else.
    public init?(_ hex: some StringProtocol) {
        self.init(hexBytes: hex.utf8)
    }

    /// Parses 40 hexadecimal digits in ASCII; `nil` for anything else.
    init?(hexBytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var count = 0
        for byte in hexBytes {
            guard let digit = Hex.value(byte) else { return nil }
            switch count {
            case 0..<16: words.0 = words.0 << 4 | UInt64(digit)
            case 16..<32: words.1 = words.1 << 4 | UInt64(digit)
            case 32..<40: words.2 = words.2 << 4 | UInt64(digit)
            default: return nil
            }
            count += 1
        }
        guard count == ObjectID.hexCount else { return nil }
        self.init(high: words.0, middle: words.1, low: UInt32(truncatingIfNeeded: words.2))
    }

    /// Takes the first 20 bytes of `bytes`, which must have that many.
    init(rawBytes bytes: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    init(_ raw: git_oid) {
        self = withUnsafeBytes(of: raw) { ObjectID(rawBytes: $0) }
    }

    /// The same id as libgit2 takes it.
    var raw: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { target in
            target.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            target.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            target.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    /// The 20 bytes of the id.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: raw) { Array($0) }
    }

    /// The first of the 20 bytes.
    var firstByte: UInt8 { UInt8(high >> 56) }

    /// The first `count` hexadecimal digits, for people to read; git's own default is 7.
    public func short(_ count: Int = 7) -> String {
        String(description.prefix(max(0, count)))
    }

    /// Orders ids as git does: by their bytes.
    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension ObjectID: LosslessStringConvertible {
    /// The 40 hexadecimal digits, in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: ObjectID.hexCount) { buffer in
            withUnsafeBytes(of: raw) { bytes in
                for (index, byte) in bytes.enumerated() {
                    buffer[2 * index] = Hex.digit(byte >> 4)
                    buffer[2 * index + 1] = Hex.digit(byte & 15)
                }
            }
            return ObjectID.hexCount
        }
    }

    /// Parses 40 hexadecimal digits; `nil` for anything else.
    public init?(_ description: String) {
        self.init(hexBytes: description.utf8)
    }
}

/// Hexadecimal digits in ASCII.
enum Hex {
    @inline(__always)
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x61 + 10
        case 0x41...0x46: byte - 0x41 + 10
        default: nil
        }
    }

    /// The lower-case digit of a value below 16.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x61 &+ (value &- 10)
    }
}
