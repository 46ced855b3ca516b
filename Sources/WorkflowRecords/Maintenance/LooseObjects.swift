internal import GitStore

/// The objects that stand in files of their own (gitrepository-layout(5), `objects/ab/cdef…`).
struct LooseObjects {
    /// The number of folders, over which objects are spread evenly.
    static let folders = 256

    private let objects: String

    init(of repository: Repository) { objects = repository.commonDirectory + "objects/" }

    func all() throws(GitError) -> [ObjectID] {
        var found: [ObjectID] = []
        for number in 0..<Self.folders {
            let folder = Self.name(number)
            found += try FolderNames.all(in: objects + folder).compactMap { ObjectID(folder + $0) }
        }
        return found
    }

    /// How many objects a folder has.
    func count(in number: Int) throws(GitError) -> Int {
        try FolderNames.all(in: objects + Self.name(number)).count { $0.utf8.count == 38 }
    }

    private static func name(_ number: Int) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }
}
