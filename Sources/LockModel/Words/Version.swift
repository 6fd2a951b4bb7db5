/// The version of the programs and their reports.
public enum Version {
    /// As `--version` says it.
    public static let current = "0.1.0"
}
