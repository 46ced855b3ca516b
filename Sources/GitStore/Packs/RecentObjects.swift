/// The objects that were read last, up to a number of bytes: what others are stored as differences to.
///
/// There are two generations. When the young one is full it becomes the old one, and the old one goes; what is asked for
/// becomes young again.
struct RecentObjects {
    private static let largestGeneration = 2 << 20
    private var young: [PackPlace: GitObject] = [:]
    private var old: [PackPlace: GitObject] = [:]
    private var youngBytes = 0

    /// An object that was kept; nil where it has gone.
    mutating func object(at place: PackPlace) -> GitObject? {
        if let object = young[place] { return object }
        guard let object = old[place] else { return nil }
        keep(object, at: place)
        return object
    }

    mutating func keep(_ object: GitObject, at place: PackPlace) {
        if youngBytes > Self.largestGeneration {
            old = young
            young = [:]
            youngBytes = 0
        }
        // What a dictionary needs for an entry, and an array for its header, counts as well.
        if young.updateValue(object, forKey: place) == nil { youngBytes += object.bytes.count + 96 }
    }
}
