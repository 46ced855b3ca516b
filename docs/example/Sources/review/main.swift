// review OLD NEW: says what changed in each workflow between two commits of the repository around the current folder,
// and which secrets the new version reads that the old one did not.
import GitStore
import Glibc

let arguments = CommandLine.arguments.dropFirst()
guard let old = arguments.first, let new = arguments.dropFirst().first else {
    print("usage: review OLD NEW")
    exit(64)
}
do {
    let repository = try Repository.discover(from: ".")
    for review in try reviews(in: repository, from: old, to: new) { print(review) }
} catch {
    print("review: \(error)")
    exit(1)
}
