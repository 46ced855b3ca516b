internal import CLibgit2

/// Reads objects of a repository with a handle of its own: for a second thread, which must not use the ``Repository``.
package final class ObjectReader {
    private let objects: OpaquePointer

    /// - Parameter folder: the folder of the objects, as ``Repository/sharedObjectDirectory`` names it.
    package init(_ folder: String) throws(GitError) {
        try Library.start()
        var objects: OpaquePointer?
        try GitError.check(git_odb_open(&objects, folder), "open object database", folder)
        guard let objects else { throw GitError(.corrupt, "open object database", folder, "it has no handle") }
        self.objects = objects
    }

    deinit { git_odb_free(objects) }

    /// The bytes of an object that must be of a kind.
    package func bytes(of id: ObjectID, as kind: ObjectKind) throws(GitError) -> [UInt8] {
        var raw = id.raw
        var object: OpaquePointer?
        try GitError.check(git_odb_read(&object, objects, &raw), "read object", id.description)
        defer { git_odb_object_free(object) }
        guard git_odb_object_type(object) == kind.raw else {
            throw GitError(.invalid, "read \(kind.rawValue)", id.description, "it is of another kind")
        }
        return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }
}

extension Repository {
    /// The folder of the objects, where everything in it may be read by another handle; nil where the caller chose another
    /// (`GIT_OBJECT_DIRECTORY`) or objects are not written yet.
    package var sharedObjectDirectory: String? {
        chosenObjectDirectory == nil && pending == nil ? commonDirectory + "objects" : nil
    }
}
