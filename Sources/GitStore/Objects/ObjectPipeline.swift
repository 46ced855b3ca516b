internal import Dispatch
internal import Glibc
internal import Synchronization

/// Reads many objects in the order in which that is the least work (``DeltaOrder``), and makes a value of each, on two threads where there are
/// two processors; the values are taken on the caller's thread, in that order.
///
/// The second thread reads ahead, a bounded number of objects. The caller's helps where the next value is not there yet, so both
/// are busy whatever takes longer: reading, or what is done with the values.
package final class ObjectPipeline<Item: Sendable, Parsed: Sendable>: Sendable {
    /// Makes a value of an object's bytes; nil where it is of no interest.
    package typealias Parse = @Sendable (_ item: Item, _ bytes: [UInt8]) -> Parsed?

    private struct State {
        /// The next portion that nobody reads yet.
        var next = 0
        /// The portion that is taken next.
        var wanted = 0
        var done: [Int: Result<[Parsed], GitError>] = [:]
        var isOver = false
    }

    /// Objects a portion: some ten milliseconds. Each thread has objects of its own from which others differ, so that the first ones of a
    /// portion cost a chain of differences each.
    private static var portion: Int { 256 }
    /// How many portions may be read ahead; that bounds the memory.
    private static var lead: Int { 4 }
    /// Fewer objects are worth neither a thread nor a look for their places.
    private static var fewest: Int { 128 }

    private let items: [Item]
    /// In which the items are read and taken.
    private let order: [PlacedThing]
    private let object: @Sendable (Item) -> ObjectID
    private let parse: Parse
    private let state = Mutex(State())
    /// Raised with every portion taken: there is room for another.
    private let room = DispatchSemaphore(value: 0)
    /// Raised with every portion that the second thread has read.
    private let progress = DispatchSemaphore(value: 0)

    private init(
        _ items: [Item], _ order: [PlacedThing], _ object: @escaping @Sendable (Item) -> ObjectID,
        _ parse: @escaping Parse
    ) {
        self.items = items
        self.order = order
        self.object = object
        self.parse = parse
    }

    /// Reads the objects of things.
    ///
    /// - Parameters:
    ///   - kind: which all of them are; another is an error.
    ///   - object: names a thing's object.
    /// - Throws: what `take` throws, and `GitError` of what is read.
    package static func run(
        _ things: [Item], of repository: Repository, as kind: ObjectKind,
        object: @escaping @Sendable (Item) -> ObjectID, parse: @escaping Parse, take: (Parsed) throws -> Void
    ) throws {
        guard things.count >= fewest, let folder = repository.sharedObjectDirectory else {
            for thing in things {
                if let value = parse(thing, try repository.bytes(of: object(thing), as: kind)) { try take(value) }
            }
            return
        }
        let catalog = try PackCatalog(folder)
        let pipeline = ObjectPipeline(things, catalog.order(of: things, object), object, parse)
        if sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 {
            let paths = catalog.paths
            DispatchQueue(label: "wfrepo.objects").async { pipeline.readAhead(folder, paths, kind) }
        }
        let packs = PackReader(catalog)
        defer { pipeline.end() }
        while let values = try pipeline.nextValues(
            packs, kind,
            { id throws(GitError) in
                try repository.bytes(of: id, as: kind)
            })
        {
            for value in values { try take(value) }
        }
    }

    private var portions: Int { (order.count + Self.portion - 1) / Self.portion }

    /// - Parameter rest: reads what the packs' reader does not.
    private func read(
        _ portion: Int, _ packs: PackReader?, _ kind: ObjectKind, _ rest: (ObjectID) throws(GitError) -> [UInt8]
    ) -> Result<[Parsed], GitError> {
        let start = portion * Self.portion
        var values: [Parsed] = []
        values.reserveCapacity(Self.portion)
        for placed in order[start..<min(start + Self.portion, order.count)] {
            let item = items[placed.number]
            do throws(GitError) {
                let found = placed.place.flatMap { packs?.object(at: $0) }
                let bytes = if let found, found.kind == kind { found.bytes } else { try rest(object(item)) }
                if let value = parse(item, bytes) { values.append(value) }
            } catch {
                return .failure(error)
            }
        }
        return .success(values)
    }

    /// What the second thread does.
    private func readAhead(_ folder: String, _ paths: [String], _ kind: ObjectKind) {
        // Without a reader of its own the caller's thread does it all.
        guard let reader = try? ObjectReader(folder) else { return }
        let packs = PackReader(paths)
        while true {
            let (portion, mustWait) = state.withLock { state in claim(&state) }
            guard let portion else {
                guard mustWait else { return }
                room.wait()
                continue
            }
            let values = read(portion, packs, kind) { id throws(GitError) in try reader.bytes(of: id, as: kind) }
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
    private func nextValues(
        _ packs: PackReader?, _ kind: ObjectKind, _ rest: (ObjectID) throws(GitError) -> [UInt8]
    ) throws -> [Parsed]? {
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
                let values = read(portion, packs, kind, rest)
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

extension Repository {
    /// The bytes of an object that must be of a kind.
    func bytes(of id: ObjectID, as kind: ObjectKind) throws(GitError) -> [UInt8] {
        try withObject(id, as: kind) { Array($0) }
    }
}
