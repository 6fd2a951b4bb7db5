public import LockCore

/// A user with their code, if they have one, for `Simulation.install`.
public struct Enrolment: Equatable, Sendable {
    /// Who, and what they may do.
    public var credential: Credential
    /// Their PIN; `nil` for who comes with a phone alone.
    public var code: Code?
    /// Whether the owner allows a PIN so short that the risk is above 1 % a year (R2).
    public var isRiskAllowed: Bool

    /// A user with their code.
    public init(_ credential: Credential, code: Code?, isRiskAllowed: Bool = false) {
        self.credential = credential
        self.code = code
        self.isRiskAllowed = isRiskAllowed
    }
}
