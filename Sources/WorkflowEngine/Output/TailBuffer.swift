/// The last bytes of a stream, in bounded memory.
struct TailBuffer {
    private let capacity: Int
    private var bytes: [UInt8] = []
    /// How many bytes came before those that are still here.
    private(set) var dropped = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ piece: ArraySlice<UInt8>) {
        // Indices, not `suffix`: as a sequence's, that would look at every byte.
        let start = max(piece.startIndex, piece.endIndex - capacity)
        bytes += piece[start...]
        dropped += start - piece.startIndex
        // Trimmed only now and then: moving the bytes at each piece would be quadratic.
        if bytes.count > 2 * capacity { trim() }
    }

    /// The last bytes, oldest first.
    var contents: ArraySlice<UInt8> { bytes.suffix(capacity) }

    /// How many bytes of the stream are not in `contents`.
    var omitted: Int { dropped + max(0, bytes.count - capacity) }

    private mutating func trim() {
        let excess = bytes.count - capacity
        bytes.removeFirst(excess)
        dropped += excess
    }
}
