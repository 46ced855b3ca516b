import DocumentTree
import StructuralDiff
import WorkflowHistory
import WorkflowLanguage

/// What a version changed, as `log -p` tells it.
struct VersionPatch {
    private let pair: ComparedPair
    private let step: StepVersion?

    init(_ listed: ListedVersion, in workflows: WorkflowRepository) throws {
        func side(_ file: WorkflowFile?, _ prefix: String) throws -> ComparedPair.Side {
            guard let file else { return .init(label: "/dev/null", bytes: nil) }
            return .init(label: "\(prefix)/\(file.path)", bytes: try workflows.definition(file), path: file.path)
        }
        let version = listed.entry.version
        pair = ComparedPair(old: try side(version.previous, "a"), new: try side(version.file, "b"))
        step = listed.step
    }

    /// For a person; empty where neither the content nor the name is another.
    func text(isColored: Bool) -> String {
        guard pair.differs || pair.move != nil else { return "" }
        do throws(DocumentError) {
            let comparison = try DefinitionComparison(pair)
            guard let step else { return comparison.text(isColored: isColored) }
            return comparison.moveLine + comparison.changes.limited(to: step).text(TextOptions(isColored: isColored))
        } catch {
            return pair.moveLine
                + "not compared by structure: \(visible("\(error.name):\(error.position): \(error.message)"))\n"
        }
    }

    /// For programs: `changes`, `comments` and, from `workflow`, `impact` and `differences` as in `docs/diff.schema.json`;
    /// null where one side is not YAML, or no workflow without a fault.
    var members: [(key: String, value: Value)] {
        get throws {
            do throws(DocumentError) {
                let comparison = try DefinitionComparison(pair)
                let changes = step.map { comparison.changes.limited(to: $0) } ?? comparison.changes
                let value = changes.value
                let meaning = comparison.workflow()?.value
                return [
                    ("changes", value["changes"] ?? .null), ("comments", value["comments"] ?? .null),
                    ("impact", meaning?["impact"] ?? .null), ("differences", meaning?["differences"] ?? .null),
                ]
            } catch {
                return ["changes", "comments", "impact", "differences"].map { ($0, .null) }
            }
        }
    }
}

extension StepVersion {
    /// The names that the step has before and after the version.
    fileprivate var names: Set<String> {
        guard case .renamed(let old) = change else { return [step] }
        return [old, step]
    }
}

extension ChangeSet {
    /// The changes of one step; all of them where none is the step's own: it waits for other steps since.
    fileprivate func limited(to step: StepVersion) -> ChangeSet {
        let own = changes.filter { change in
            [change.oldPath, change.newPath].contains { path in
                guard let elements = path?.elements, elements.count > 1, elements[0] == .key("steps"),
                    case .item(_, let name?) = elements[1]
                else { return false }
                return step.names.contains(name)
            }
        }
        guard !own.isEmpty else { return self }
        return ChangeSet(oldName: oldName, newName: newName, changes: own, textDiffers: true)
    }
}
