import GitStore
import Testing

@Suite struct DoorTests {
    @Test func manyTasksShareOneRepository() async throws {
        let sandbox = try Sandbox()
        let tip = try sandbox.commit(["a": "1"])
        let door = RepositoryDoor(try Repository.open(sandbox.folder))
        let subjects = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await door.perform { try $0.commit(tip).subject } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(subjects == Array(repeating: "change", count: 50))
        await #expect(throws: GitError.self) { try await door.perform { try $0.object(.zero) } }
    }
}
