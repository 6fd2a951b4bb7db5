/// Words of strangers, made fit to be shown among our own.
public enum ShownText {
    /// The text of those bytes between quotation marks, so that it cannot be taken for words of the interface.
    ///
    /// What cannot be seen, steers a terminal, turns the direction of writing or ends a line stands there as `\u{...}`, and
    /// so do the quotation mark and the backslash. Bytes that are not UTF-8 become U+FFFD.
    public static func quoted(_ bytes: [UInt8]) -> String {
        var shown = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            shown += visible(scalar, besides: "\"\\".unicodeScalars)
        }
        return "\"\(shown)\""
    }

    /// The scalar as it is, or its number if it cannot be seen or is one of those besides.
    static func visible(_ scalar: Unicode.Scalar, besides others: String.UnicodeScalarView = "".unicodeScalars)
        -> String
    {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            return "\\u{\(String(scalar.value, radix: 16))}"
        default:
            return others.contains(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
}
