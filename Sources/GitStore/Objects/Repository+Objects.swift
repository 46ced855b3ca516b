internal import CLibgit2

extension Repository {
    /// Reads any object.
    public func object(_ id: ObjectID) throws(GitError) -> GitObject {
        try withObject(id) { kind, bytes in GitObject(kind: kind, bytes: Array(bytes)) }
    }

    /// Whether an object is stored here.
    public func exists(_ id: ObjectID) -> Bool {
        if pending?.contains(id) == true { return true }
        var raw = id.raw
        return git_odb_exists(objects, &raw) == 1
    }

    /// The kind and the size in bytes of an object, without reading all of it.
    public func header(of id: ObjectID) throws(GitError) -> (kind: ObjectKind, size: Int) {
        if let object = pending?[id] { return (object.kind, object.bytes.count) }
        var raw = id.raw
        var size = 0
        var kind = GIT_OBJECT_INVALID
        try found(id) { git_odb_read_header(&size, &kind, objects, &raw) }
        guard let kind = ObjectKind(kind) else {
            throw GitError(.corrupt, "read object", id.description, "unknown kind of object")
        }
        return (kind, size)
    }

    /// The bytes of a blob.
    public func blob(_ id: BlobID) throws(GitError) -> [UInt8] {
        try withObject(id.object, as: .blob) { Array($0) }
    }

    /// Stores bytes as a blob. Storing the same bytes again gives the same id and costs little.
    public func writeBlob(_ bytes: [UInt8]) throws(GitError) -> BlobID {
        BlobID(try write(.blob, bytes))
    }

    /// Stores an object of any kind as it is. The bytes are not checked.
    public func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
        if pending != nil {
            let id = try Repository.hash(kind, bytes)
            pending?.add(id, GitObject(kind: kind, bytes: bytes))
            return id
        }
        return try writeLoose(kind, bytes)
    }

    func writeLoose(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
        let id = try WritePatience.retrying { () throws(GitError) in
            var raw = git_oid()
            let status = bytes.withUnsafeBytes {
                git_odb_write(&raw, objects, $0.baseAddress ?? emptyBytes, $0.count, kind.raw)
            }
            try GitError.check(status, "write \(kind.rawValue)")
            return ObjectID(raw)
        }
        let name = id.description
        if chosenObjectDirectory == nil { try share("objects/\(name.prefix(2))/\(name.dropFirst(2))") }
        return id
    }

    /// The id that these bytes have as an object of this kind. Nothing is stored.
    public static func hash(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
        try Library.start()
        var raw = git_oid()
        let status = bytes.withUnsafeBytes {
            git_odb_hash(&raw, $0.baseAddress ?? emptyBytes, $0.count, kind.raw)
        }
        try GitError.check(status, "hash \(kind.rawValue)")
        return ObjectID(raw)
    }

    /// Reads an object in place, without copying it.
    func withObject<Result>(
        _ id: ObjectID, _ body: (ObjectKind, UnsafeRawBufferPointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        if let object = pending?[id] ?? writtenTrees[id] {
            let result = object.bytes.withUnsafeBytes { bytes in
                Swift.Result { () throws(GitError) in try body(object.kind, bytes) }
            }
            return try result.get()
        }
        let object = try read(id)
        defer { git_odb_object_free(object) }
        guard let kind = ObjectKind(git_odb_object_type(object)) else {
            throw GitError(.corrupt, "read object", id.description, "unknown kind of object")
        }
        return try body(
            kind, UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }

    /// A handle of an object, which the caller frees.
    private func read(_ id: ObjectID) throws(GitError) -> OpaquePointer {
        var object: OpaquePointer?
        var raw = id.raw
        try found(id) { git_odb_read(&object, objects, &raw) }
        guard let object else { throw GitError(.notFound, "read object", id.description, "there is no such object") }
        return object
    }

    /// Looks for an object, once more where it is not here and a remote has promised it.
    private func found(_ id: ObjectID, _ look: () -> Int32) throws(GitError) {
        var status = look()
        if status == GIT_ENOTFOUND.rawValue {
            // The look at the settings has messages of its own.
            let missing = GitError.last(status, "read object", id.description)
            guard try fetchPromised(id) else { throw missing }
            status = look()
        }
        try GitError.check(status, "read object", id.description)
    }

    /// Reads an object of one kind in place; another kind is an error.
    func withObject<Result>(
        _ id: ObjectID, as expected: ObjectKind, _ body: (UnsafeRawBufferPointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        try withObject(id) { (kind, bytes) throws(GitError) in
            guard kind == expected else {
                throw GitError(
                    .invalid, "read \(expected.rawValue)", id.description, "it is a \(kind.rawValue)")
            }
            return try body(bytes)
        }
    }
}

/// libgit2 wants a pointer even for no bytes.
private var emptyBytes: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped }
