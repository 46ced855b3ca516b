/// The order in which objects of packs are read with the least work: each behind the one that it is stored as a difference to, with
/// nothing between them but what is a difference to that one as well, at however many removes.
///
/// In a pack they stand otherwise: where a repository has no tags, git writes objects by their age (`compute_write_order` of
/// builtin/pack-objects.c), and what one is a difference to may stand tens of thousands of objects before it. To read them as they
/// stand, each chain was unpacked again for each of its objects, fourteen times the work.
struct DeltaOrder<Thing> {
    /// Stands for no thing: the end of a list.
    private static var none: Int32 { -1 }

    private let things: [Thing]
    private let place: (Thing) -> PackPlace?
    private var firstRoot: Int32
    /// Of each thing, the first one that is a difference to it.
    private var firstChild: [Int32]
    /// Of each thing, the next one that is a difference to the same.
    private var next: [Int32]

    private init(_ things: [Thing], _ place: @escaping (Thing) -> PackPlace?, _ packs: PackReader) {
        self.things = things
        self.place = place
        firstChild = [Int32](repeating: Self.none, count: things.count)
        next = firstChild
        firstRoot = Self.none
        // Forwards, as disks read ahead; `next` holds the parents meanwhile.
        for number in things.indices { next[number] = parent(of: number, packs) }
        // Backwards, so that each list is in the order of the places.
        for number in things.indices.reversed() {
            let parent = Int(next[number])
            if parent == Int(Self.none) {
                next[number] = firstRoot
                firstRoot = Int32(number)
            } else {
                next[number] = firstChild[parent]
                firstChild[parent] = Int32(number)
            }
        }
    }

    /// Sorts things by their objects.
    ///
    /// - Parameters:
    ///   - things: in the order of their places. One whose object is a difference to none of the others' stays where it is.
    ///   - place: where a thing's object stands; nil where that is in no pack. Such things come last.
    static func sorted(_ things: [Thing], _ packs: PackReader, _ place: @escaping (Thing) -> PackPlace?) -> [Thing] {
        guard things.count < Int32.max else { return things }
        return DeltaOrder(things, place, packs).sorted()
    }

    /// The thing whose object this one is a difference to, or ``none``. It must stand before this one, as git writes it unless it names bases by
    /// their ids: so no damaged pack has things follow each other in a ring.
    private func parent(of number: Int, _ packs: PackReader) -> Int32 {
        guard let base = place(things[number]).flatMap({ packs.base(at: $0) }) else { return Self.none }
        var (low, high) = (0, number)
        while low < high {
            let middle = (low + high) / 2
            if let found = place(things[middle]), found < base { low = middle + 1 } else { high = middle }
        }
        return low < number && place(things[low]) == base ? Int32(low) : Self.none
    }

    private func sorted() -> [Thing] {
        var sorted: [Thing] = []
        sorted.reserveCapacity(things.count)
        var (current, later) = (firstRoot, [Int32]())
        while true {
            guard current != Self.none else {
                guard let number = later.popLast() else { return sorted }
                current = number
                continue
            }
            let number = Int(current)
            sorted.append(things[number])
            if next[number] != Self.none { later.append(next[number]) }
            current = firstChild[number]
        }
    }
}
