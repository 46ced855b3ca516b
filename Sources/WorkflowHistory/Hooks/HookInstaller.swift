public import GitStore
internal import Glibc

/// Puts wfrepo's hooks in the place where git looks for them, and takes them away again.
///
/// A hook that was there is kept as `NAME.before-wfrepo`; ours runs it first. Linked work trees share one folder of hooks.
public struct HookInstaller {
    /// What stands where one of our hooks belongs.
    public enum State: String, Hashable, Sendable {
        /// Nothing.
        case missing
        /// Our hook.
        case installed
        /// Our hook of another version, or without its execute bit.
        case outdated
        /// Somebody else's hook.
        case foreign
    }

    /// One hook and its place.
    public struct Status: Hashable, Sendable {
        /// The hook.
        public let hook: HookName
        /// The file.
        public let path: String
        /// What stands there.
        public let state: State
        /// Whether a hook that was there before is kept beside it.
        public let hasEarlier: Bool
    }

    /// What an installation or its removal did to one hook.
    public struct Action: Hashable, Sendable, CustomStringConvertible {
        /// The kinds of action.
        public enum Kind: String, Hashable, Sendable {
            case installed, updated, chained, removed, restored
        }

        /// The hook.
        public let hook: HookName
        /// What was done.
        public let kind: Kind

        /// A sentence for people.
        public var description: String {
            switch kind {
            case .installed: "installed \(hook.rawValue)"
            case .updated: "updated \(hook.rawValue)"
            case .chained: "installed \(hook.rawValue); the one that was there runs first"
            case .removed: "removed \(hook.rawValue)"
            case .restored: "removed \(hook.rawValue) and put back the one that was there before"
            }
        }
    }

    /// Where git looks for hooks.
    public let folder: HookFolder
    private let files: [HookName: [UInt8]]
    private let ownFolder: String
    private let sharedAccess: SharedAccess

    /// An installer.
    ///
    /// - Parameters:
    ///   - files: the content of each hook.
    ///   - home: the user's home folder.
    public init(_ repository: Repository, files: [HookName: [UInt8]], home: String?) throws(GitError) {
        folder = try HookFolder(of: repository, home: home)
        self.files = files
        ownFolder = repository.commonDirectory + "hooks"
        sharedAccess = try repository.sharedAccess
    }

    /// What stands where each of our hooks belongs.
    public func status() throws -> [Status] {
        try HookName.allCases.map { hook in
            let path = path(hook)
            return Status(
                hook: hook, path: path, state: try state(hook),
                hasEarlier: access(path + HookName.earlierSuffix, F_OK) == 0)
        }
    }

    /// Puts every hook in place. What is in place already stays untouched, so it may be repeated.
    ///
    /// - Throws: `notOurs` where git looks in a folder that serves other repositories, too; `exists` where both somebody
    ///   else's hook and one kept earlier are there.
    public func install() throws -> [Action] {
        try requireOurs()
        try DurableFile.makeFolders(folder.path, sharing: sharedAccess)
        var actions: [Action] = []
        for hook in HookName.allCases {
            guard let content = files[hook] else { continue }
            let kind: Action.Kind
            switch try state(hook) {
            case .installed: continue
            case .missing: kind = .installed
            case .outdated: kind = .updated
            case .foreign:
                try setAside(hook)
                kind = .chained
            }
            try DurableFile.write(content, to: path(hook), mode: 0o777, sharing: sharedAccess)
            actions.append(Action(hook: hook, kind: kind))
        }
        return actions
    }

    /// Removes our hooks and puts back those that were there before. Other hooks stay as they are.
    ///
    /// - Throws: `notOurs` as ``install()``.
    public func uninstall() throws -> [Action] {
        try requireOurs()
        var actions: [Action] = []
        for hook in HookName.allCases {
            let state = try state(hook)
            guard state == .installed || state == .outdated else { continue }
            let earlier = path(hook) + HookName.earlierSuffix
            if access(earlier, F_OK) == 0 {
                guard rename(earlier, path(hook)) == 0 else { throw WorkTree.failure("put back", path(hook)) }
                actions.append(Action(hook: hook, kind: .restored))
            } else {
                guard unlink(path(hook)) == 0 else { throw WorkTree.failure("remove", path(hook)) }
                actions.append(Action(hook: hook, kind: .removed))
            }
            try DurableFile.syncFolder(of: path(hook))
        }
        return actions
    }

    private func path(_ hook: HookName) -> String { "\(folder.path)/\(hook.rawValue)" }

    private func state(_ hook: HookName) throws -> State {
        guard let content = try DurableFile.read(path(hook)) else { return .missing }
        guard HookName.isOurs(content) else { return .foreign }
        return content == files[hook] && access(path(hook), X_OK) == 0 ? .installed : .outdated
    }

    private func setAside(_ hook: HookName) throws(HistoryError) {
        let earlier = path(hook) + HookName.earlierSuffix
        guard access(earlier, F_OK) != 0 else {
            throw HistoryError(
                .exists, path(hook), "somebody else's hook is there, and one from before wfrepo is kept beside it",
                hint: "decide which of the two stays: rm \(earlier)")
        }
        guard rename(path(hook), earlier) == 0 else { throw WorkTree.failure("set aside", path(hook)) }
    }

    private func requireOurs() throws(HistoryError) {
        if folder.isInsideRepository, folder.origin != .global { return }
        let place =
            folder.origin == .global
            ? "your own settings (core.hooksPath) name it" : "it lies outside of the repository"
        throw HistoryError(
            .notOurs, folder.path, "git looks for hooks there, and it serves other repositories, too: \(place)",
            // In a linked work tree and in a bare repository, a relative path would lead elsewhere.
            hint:
                "give this repository a folder of its own: git config core.hooksPath \(ShellWord.quoted(ownFolder))")
    }
}
