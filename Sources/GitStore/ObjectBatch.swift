/// Objects written within a batch and not on disk yet, in the order of their writing.
struct PendingObjects {
    private var objects: [ObjectID: GitObject] = [:]
    private(set) var order: [ObjectID] = []

    var count: Int { order.count }

    func contains(_ id: ObjectID) -> Bool { objects[id] != nil }

    subscript(id: ObjectID) -> GitObject? { objects[id] }

    mutating func add(_ id: ObjectID, _ object: GitObject) {
        guard objects.updateValue(object, forKey: id) == nil else { return }
        order.append(id)
    }
}
