internal import Dispatch
internal import GitStore
internal import Glibc
internal import Synchronization

/// Reads many notes and makes a value of each, on two threads where there are two processors; the values are taken on the
/// caller's thread, in the order of the notes.
///
/// The second thread reads ahead, a bounded number of notes. The caller's helps where the next value is not there yet, so both
/// are busy whatever takes longer: reading, or what is done with the values.
final class NotesPipeline<Parsed: Sendable>: Sendable {
    typealias Note = (target: ObjectID, note: BlobID)
    /// Makes a value of a note; nil where it is of no interest.
    typealias Parse = @Sendable (_ target: ObjectID, _ bytes: [UInt8]) -> Parsed?

    private struct State {
        /// The next portion that nobody reads yet.
        var next = 0
        /// The portion that is taken next.
        var wanted = 0
        var done: [Int: Result<[Parsed], GitError>] = [:]
        var isOver = false
    }

    /// Notes a portion: few milliseconds.
    private static var portion: Int { 64 }
    /// How many portions may be read ahead; that bounds the memory.
    private static var lead: Int { 16 }
    /// Fewer notes are not worth a thread.
    private static var worthAThread: Int { 512 }

    private let notes: [Note]
    private let parse: Parse
    private let state = Mutex(State())
    /// Raised with every portion taken: there is room for another.
    private let room = DispatchSemaphore(value: 0)
    /// Raised with every portion that the second thread has read.
    private let progress = DispatchSemaphore(value: 0)

    private init(_ notes: [Note], _ parse: @escaping Parse) {
        self.notes = notes
        self.parse = parse
    }

    /// Reads the notes.
    ///
    /// - Throws: what `take` throws, and `GitError` of what is read.
    static func run(
        _ notes: [Note], of repository: Repository, parse: @escaping Parse, take: (Parsed) throws -> Void
    ) throws {
        let pipeline = NotesPipeline(notes, parse)
        if notes.count >= worthAThread, sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1,
            let folder = repository.sharedObjectDirectory
        {
            DispatchQueue(label: "wfrepo.index.notes").async { pipeline.readAhead(folder) }
        }
        defer { pipeline.end() }
        while let values = try pipeline.nextValues(repository) { for value in values { try take(value) } }
    }

    private var portions: Int { (notes.count + Self.portion - 1) / Self.portion }

    private func read(_ portion: Int, _ blob: (BlobID) throws(GitError) -> [UInt8]) -> Result<[Parsed], GitError> {
        let start = portion * Self.portion
        var values: [Parsed] = []
        values.reserveCapacity(Self.portion)
        for (target, note) in notes[start..<min(start + Self.portion, notes.count)] {
            do throws(GitError) {
                if let value = parse(target, try blob(note)) { values.append(value) }
            } catch {
                return .failure(error)
            }
        }
        return .success(values)
    }

    /// What the second thread does.
    private func readAhead(_ folder: String) {
        // Without a reader of its own the caller's thread does it all.
        guard let reader = try? ObjectReader(folder) else { return }
        while true {
            let (portion, mustWait) = state.withLock { state in claim(&state) }
            guard let portion else {
                guard mustWait else { return }
                room.wait()
                continue
            }
            let values = read(portion, reader.blob)
            state.withLock { $0.done[portion] = values }
            progress.signal()
        }
    }

    /// The next portion to read, where there is room for it; else whether there will be.
    private func claim(_ state: inout State) -> (portion: Int?, mustWait: Bool) {
        guard !state.isOver, state.next < portions else { return (nil, false) }
        guard state.next < state.wanted + Self.lead else { return (nil, true) }
        defer { state.next += 1 }
        return (state.next, false)
    }

    /// The values of the portion that is next in order; nil at the end.
    private func nextValues(_ repository: Repository) throws -> [Parsed]? {
        while true {
            let (values, portion) = state.withLock { state -> (Result<[Parsed], GitError>?, Int?) in
                if let values = state.done.removeValue(forKey: state.wanted) {
                    state.wanted += 1
                    return (values, nil)
                }
                return (nil, claim(&state).portion)
            }
            if let values {
                room.signal()
                return try values.get()
            }
            if let portion {
                let values = read(portion, repository.blob)
                state.withLock { $0.done[portion] = values }
                continue
            }
            if state.withLock({ $0.wanted >= portions }) { return nil }
            progress.wait()
        }
    }

    private func end() {
        state.withLock { $0.isOver = true }
        room.signal()
    }
}
