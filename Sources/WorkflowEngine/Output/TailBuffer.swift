/// The last bytes of a stream, in bounded memory.
struct TailBuffer {
    private let capacity: Int
    private var bytes: [UInt8] = []
    /// How many bytes came before those that are still here.
    private(set) var dropped = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ piece: some RandomAccessCollection<UInt8>) {
        bytes += piece.suffix(capacity)
        dropped += max(0, piece.count - capacity)
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
