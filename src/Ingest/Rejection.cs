namespace Vigil.Ingest;

/// <summary>Why a record is no transaction or label: what its dead letter says.</summary>
/// <param name="Reason">A stable code of <see cref="RejectionReason"/>.</param>
/// <param name="Message">One sentence for a person: which field, what was found, what is expected. It never quotes the record.</param>
public readonly record struct Rejection(string Reason, string Message);

/// <summary>The reason codes of rejected records. They are stored and counted by, so they never change their meaning.</summary>
public static class RejectionReason
{
    /// <summary>The record has no value.</summary>
    public const string Tombstone = "tombstone";

    /// <summary>The record's value has no bytes.</summary>
    public const string EmptyValue = "empty_value";

    /// <summary>The record is larger than <see cref="DecodeRules.MaxRecordBytes"/>.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The bytes, or an escaped text, are no valid Unicode.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>The bytes are no JSON; NaN and Infinity are none either.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>The JSON is a value other than an object.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>Something follows the JSON object.</summary>
    public const string TrailingData = "trailing_data";

    /// <summary>The bytes are no Avro datum in Confluent's wire format of their writer's schema.</summary>
    public const string MalformedAvro = "malformed_avro";

    /// <summary>The schema registry does not know the record's schema, or it cannot be read as ours.</summary>
    public const string UnknownSchema = "unknown_schema";

    /// <summary>A required field is absent.</summary>
    public const string MissingField = "missing_field";

    /// <summary>A known field occurs twice.</summary>
    public const string DuplicateField = "duplicate_field";

    /// <summary>A field's value is of another JSON type, or a fraction where an integer is due.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A required text is empty.</summary>
    public const string EmptyField = "empty_field";

    /// <summary>A text is longer than its field allows.</summary>
    public const string TooLong = "too_long";

    /// <summary>A number lies outside its field's range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A code (currency, country, entry mode, response, label, source) has no valid form.</summary>
    public const string UnknownCode = "unknown_code";

    /// <summary>A time lies before 1990.</summary>
    public const string TimeBefore1990 = "time_before_1990";

    /// <summary>A time lies later than the record's own stamp and the allowed clock skew.</summary>
    public const string TimeInFuture = "time_in_future";

    /// <summary>A text holds what looks like a card number.</summary>
    public const string Pan = "pan";
}
