namespace Vigil.Ingest;

/// <summary>The enumerations' names on the wire, both ways.</summary>
static class CodeName
{
    internal static bool TryParse(ReadOnlySpan<byte> text, out EntryMode mode)
    {
        EntryMode? found = text.Length switch
        {
            4 when text.SequenceEqual("chip"u8) => EntryMode.Chip,
            4 when text.SequenceEqual("moto"u8) => EntryMode.Moto,
            6 when text.SequenceEqual("manual"u8) => EntryMode.Manual,
            9 when text.SequenceEqual("magstripe"u8) => EntryMode.Magstripe,
            9 when text.SequenceEqual("ecommerce"u8) => EntryMode.Ecommerce,
            9 when text.SequenceEqual("recurring"u8) => EntryMode.Recurring,
            11 when text.SequenceEqual("contactless"u8) => EntryMode.Contactless,
            _ => null,
        };
        mode = found.GetValueOrDefault();
        return found.HasValue;
    }

    internal static bool TryParse(ReadOnlySpan<byte> text, out Response response)
    {
        response = text.SequenceEqual("approved"u8) ? Response.Approved
            : text.SequenceEqual("declined"u8) ? Response.Declined : Response.Unknown;
        return response != Response.Unknown;
    }

    internal static bool TryParse(ReadOnlySpan<byte> text, out LabelValue value)
    {
        value = text.SequenceEqual("fraud"u8) ? LabelValue.Fraud : LabelValue.Genuine;
        return value == LabelValue.Fraud || text.SequenceEqual("genuine"u8);
    }

    internal static bool TryParse(ReadOnlySpan<byte> text, out LabelSource source)
    {
        LabelSource? found = text.SequenceEqual("chargeback"u8) ? LabelSource.Chargeback
            : text.SequenceEqual("analyst"u8) ? LabelSource.Analyst
            : text.SequenceEqual("issuer"u8) ? LabelSource.Issuer : null;
        source = found.GetValueOrDefault();
        return found.HasValue;
    }

    internal static bool TryParse(ReadOnlySpan<byte> text, out Decision decision)
    {
        Decision? found = text.SequenceEqual("pass"u8) ? Decision.Pass
            : text.SequenceEqual("alert"u8) ? Decision.Alert
            : text.SequenceEqual("unscored"u8) ? Decision.Unscored : null;
        decision = found.GetValueOrDefault();
        return found.HasValue;
    }

    internal static bool TryParse(ReadOnlySpan<byte> text, out ScoreReason reason)
    {
        reason = text.SequenceEqual("fallback"u8) ? ScoreReason.Fallback
            : text.SequenceEqual("overload"u8) ? ScoreReason.Overload : ScoreReason.None;
        return reason != ScoreReason.None;
    }

    internal static ReadOnlySpan<byte> Of(EntryMode mode) => mode switch
    {
        EntryMode.Chip => "chip"u8,
        EntryMode.Contactless => "contactless"u8,
        EntryMode.Magstripe => "magstripe"u8,
        EntryMode.Ecommerce => "ecommerce"u8,
        EntryMode.Moto => "moto"u8,
        EntryMode.Recurring => "recurring"u8,
        EntryMode.Manual => "manual"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "no entry mode"),
    };

    internal static ReadOnlySpan<byte> Of(Response response) => response switch
    {
        Response.Approved => "approved"u8,
        Response.Declined => "declined"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(response), response, "an unknown response is left out"),
    };

    internal static ReadOnlySpan<byte> Of(LabelValue value) => value switch
    {
        LabelValue.Genuine => "genuine"u8,
        LabelValue.Fraud => "fraud"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "no label"),
    };

    internal static ReadOnlySpan<byte> Of(LabelSource source) => source switch
    {
        LabelSource.Chargeback => "chargeback"u8,
        LabelSource.Analyst => "analyst"u8,
        LabelSource.Issuer => "issuer"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "no label source"),
    };

    internal static ReadOnlySpan<byte> Of(Decision decision) => decision switch
    {
        Decision.Pass => "pass"u8,
        Decision.Alert => "alert"u8,
        Decision.Unscored => "unscored"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, "no decision"),
    };

    internal static ReadOnlySpan<byte> Of(ScoreReason reason) => reason switch
    {
        ScoreReason.Fallback => "fallback"u8,
        ScoreReason.Overload => "overload"u8,
        ScoreReason.Repeated => "repeated"u8,
        ScoreReason.Deadline => "deadline"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "no reason is left out"),
    };
}
