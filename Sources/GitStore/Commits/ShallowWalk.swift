/// A walk over a history that is cut off: commits whose parents are missing count as roots.
///
/// libgit2 1.5 stops with an error at the first of them. Such histories are short, so this reads all of it at once.
struct ShallowWalk {
    private var ready: [CommitID]
    private var position = 0

    init(
        _ repository: Repository, from start: CommitID, hiding hidden: [CommitID], firstParent: Bool, order: WalkOrder
    ) throws(GitError) {
        let concealed = try ShallowWalk.reachable(from: hidden, in: repository, firstParent: false, except: [:])
        let visible = try ShallowWalk.reachable(
            from: [start], in: repository, firstParent: firstParent, except: concealed)
        ready = ShallowWalk.sorted(visible, start: start)
    }

    mutating func next(in repository: Repository) throws(GitError) -> CommitID? {
        guard position < ready.count else { return nil }
        defer { position += 1 }
        return ready[position]
    }

    /// The commits that can be reached, each with its parents that are here.
    static func reachable(
        from starts: [CommitID], in repository: Repository, firstParent: Bool, except: [CommitID: CommitLinks]
    ) throws(GitError) -> [CommitID: CommitLinks] {
        var found: [CommitID: CommitLinks] = [:]
        var waiting = starts
        while let id = waiting.popLast() {
            guard found[id] == nil, except[id] == nil else { continue }
            let links = try repository.links(of: id)
            let followed = firstParent ? Array(links.parents.prefix(1)) : links.parents
            let present = followed.filter { repository.exists($0.object) }
            found[id] = CommitLinks(tree: links.tree, parents: present, seconds: links.seconds)
            waiting += present
        }
        return found
    }

    /// Children before parents, later commits first where both are possible: right for either order.
    private static func sorted(_ commits: [CommitID: CommitLinks], start: CommitID) -> [CommitID] {
        var childrenLeft: [CommitID: Int] = [:]
        for links in commits.values { for parent in links.parents { childrenLeft[parent, default: 0] += 1 } }
        var free = commits[start] == nil ? [] : [start]
        var result: [CommitID] = []
        while !free.isEmpty {
            let latest = free.indices.max { (commits[free[$0]]?.seconds ?? 0) < (commits[free[$1]]?.seconds ?? 0) } ?? 0
            let id = free.remove(at: latest)
            result.append(id)
            for parent in commits[id]?.parents ?? [] where commits[parent] != nil {
                childrenLeft[parent, default: 0] -= 1
                if childrenLeft[parent] == 0 { free.append(parent) }
            }
        }
        return result
    }
}
