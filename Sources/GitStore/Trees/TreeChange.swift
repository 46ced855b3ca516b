/// One change to the files of a tree.
public struct TreeChange: Hashable, Sendable {
    /// The path from the top of the tree: `workflows/deploy.yaml`.
    public var path: String
    /// What happens there.
    public var action: Action

    /// What happens at a path.
    public enum Action: Hashable, Sendable {
        /// This entry stands there, whatever stood there before.
        case put(FileMode, ObjectID)
        /// Nothing stands there any more. Nothing there before is no error.
        case remove
    }

    /// Makes a change.
    public init(path: String, _ action: Action) {
        self.path = path
        self.action = action
    }

    /// A regular file with the bytes of `blob`.
    public static func file(_ path: String, _ blob: BlobID) -> TreeChange {
        TreeChange(path: path, .put(.blob, blob.object))
    }

    /// No file there any more.
    public static func remove(_ path: String) -> TreeChange { TreeChange(path: path, .remove) }

    /// The components of the path in bytes; the last of several changes to a path is the one that counts.
    func components(for operation: String) throws(GitError) -> [[UInt8]] {
        let components = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map(Array.init)
        do throws(GitError) {
            for component in components { try EntryName.validate(component) }
        } catch {
            throw GitError(.invalidName, operation, path, "git does not allow that path")
        }
        return components
    }
}
