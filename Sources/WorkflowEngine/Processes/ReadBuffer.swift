internal import Glibc

/// Room for one read(2) at a time, used again and again: one for each read would tear holes into the heap.
final class ReadBuffer {
    /// How many bytes are read at a time: as many as a pipe holds (pipe(7)).
    static let size = 64 << 10

    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: ReadBuffer.size, alignment: 16)

    deinit { room.deallocate() }

    /// Reads what is there. Of nothing, `failure` is the reason, as an errno; 0 at the end of the stream.
    func read(_ descriptor: FileDescriptor) -> (bytes: [UInt8], failure: Int32) {
        let count = Glibc.read(descriptor.number, room.baseAddress, room.count)
        guard count > 0 else { return ([], count < 0 ? errno : 0) }
        return (Array(room[..<count]), 0)
    }
}
