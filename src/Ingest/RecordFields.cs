namespace Vigil.Ingest;

/// <summary>
/// A record's fields on their way from the wire to a message: the one place where they are checked, whatever the wire format. Filled once per record, on
/// the stack.
/// </summary>
/// <param name="latest">The latest time that the record may bear: its stamp and the allowed clock skew.</param>
/// <param name="tokenizer">Of card numbers in card_token, or null.</param>
struct RecordFields(Instant latest, CardTokenizer? tokenizer)
{
    /// <summary>ISO 8583 data element 4 has twelve digits; so no amount can be mistaken for a card number.</summary>
    const long MaxAmount = 999_999_999_999;
    const int MaxIdBytes = 64;
    /// <summary>As FeatureOptions allows; no topic has as many.</summary>
    const long MaxPartition = 99_999;
    /// <summary>1990-01-01T00:00:00Z in microseconds.</summary>
    internal const long Earliest = 631_152_000_000_000;

    Field _seen, _null;
    Utf8Text _transactionId, _cardToken, _merchantId, _terminalId, _responseCode, _deviceId, _fraudType;
    long _eventTime, _labelTime, _amount, _stepStart, _transactionCount, _amountSum;
    int _partition;
    ushort _mcc;
    byte _scenario;
    Currency _currency;
    Country _merchantCountry, _ipCountry;
    EntryMode _entryMode;
    Response _response;
    LabelValue _label;
    LabelSource _source;

    /// <summary>Marks a field as present; false where it was already.</summary>
    internal bool TryClaim(Field field, out Rejection rejection)
    {
        rejection = (_seen & field) == 0 ? default : new(RejectionReason.DuplicateField, $"{FieldName.Of(field)} occurs more than once");
        _seen |= field;
        return rejection == default;
    }

    /// <summary>Takes null as absence where the field is optional for its record.</summary>
    internal bool TrySetNull(Field field, Field required, out Rejection rejection)
    {
        rejection = (required & field) == 0 ? default : new(RejectionReason.WrongType, $"{FieldName.Of(field)} is null, but it is required");
        _null |= field;
        return rejection == default;
    }

    internal bool TrySet(Field field, ReadOnlyMemory<byte> text, out Rejection rejection)
    {
        if (Pan.IsIn(text.Span) && !TryTokenize(field, ref text))
        {
            rejection = RejectPan(FieldName.Of(field));
            return false;
        }
        rejection = field switch
        {
            Field.TransactionId => SetText(out _transactionId, field, text, 1, MaxIdBytes),
            Field.CardToken => SetText(out _cardToken, field, text, 1, MaxIdBytes),
            Field.MerchantId => SetText(out _merchantId, field, text, 1, MaxIdBytes),
            Field.TerminalId => SetText(out _terminalId, field, text, 0, MaxIdBytes),
            Field.DeviceId => SetText(out _deviceId, field, text, 0, MaxIdBytes),
            Field.ResponseCode => SetText(out _responseCode, field, text, 0, 2),
            Field.FraudType => SetText(out _fraudType, field, text, 0, 4),
            _ => SetCode(field, text.Span),
        };
        return rejection == default;
    }

    internal bool TrySet(Field field, long number, out Rejection rejection)
    {
        rejection = field switch
        {
            Field.Amount => SetNumber(out _amount, field, number, MaxAmount),
            Field.Mcc => SetMcc(number),
            Field.EventTime => SetTime(out _eventTime, field, number),
            Field.LabelTime => SetTime(out _labelTime, field, number),
            Field.FraudScenario => SetScenario(number),
            Field.Partition => SetPartition(number),
            Field.StepStart => SetTime(out _stepStart, field, number),
            Field.TransactionCount => SetNumber(out _transactionCount, field, number, MaxAmount, min: 1),
            Field.AmountSum => SetNumber(out _amountSum, field, number, MerchantActivity.LargestAmountSum),
            _ => RejectType(field, "a number"),
        };
        return rejection == default;
    }

    internal readonly bool TryBuild(out Transaction transaction, out Rejection rejection)
    {
        transaction = default;
        if (!HasAll(Field.RequiredOfTransaction, out rejection)) return false;
        transaction = new Transaction
        {
            TransactionId = _transactionId,
            CardToken = _cardToken,
            EventTime = new(_eventTime),
            Amount = _amount,
            Currency = _currency,
            MerchantId = _merchantId,
            TerminalId = _terminalId,
            Mcc = _mcc,
            MerchantCountry = _merchantCountry,
            EntryMode = _entryMode,
            Response = _response,
            ResponseCode = _responseCode,
            DeviceId = _deviceId,
            IpCountry = _ipCountry,
        };
        return true;
    }

    internal readonly bool TryBuild(out Label label, out Rejection rejection)
    {
        label = default;
        if (!HasAll(Field.RequiredOfLabel, out rejection)) return false;
        label = new Label
        {
            TransactionId = _transactionId,
            CardToken = _cardToken,
            Value = _label,
            FraudType = _fraudType,
            LabelTime = new(_labelTime),
            Source = _source,
            EventTime = new(_eventTime),
            MerchantId = _merchantId,
            TerminalId = _terminalId,
            Amount = _amount,
        };
        return true;
    }

    internal readonly bool TryBuild(out MerchantActivity activity, out Rejection rejection)
    {
        activity = default;
        if (!HasAll(Field.RequiredOfMerchantActivity, out rejection)) return false;
        activity = new MerchantActivity
        {
            Partition = _partition,
            StepStart = new(_stepStart),
            MerchantId = _merchantId,
            TerminalId = _terminalId,
            Count = _transactionCount,
            AmountSum = _amountSum,
        };
        return true;
    }

    internal readonly bool TryBuild(out LabelledTransaction labelled, out Rejection rejection)
    {
        labelled = default;
        if (!TryBuild(out Transaction transaction, out rejection)) return false;
        LabelValue? value = Has(Field.Label) ? _label : null;
        Instant? time = Has(Field.LabelTime) ? new Instant(_labelTime) : null;
        labelled = new(transaction, value, time, _scenario)
        {
            FraudType = _fraudType,
            Source = Has(Field.Source) ? _source : null,
        };
        return true;
    }

    readonly bool Has(Field field) => (_seen & ~_null & field) != 0;

    internal static Rejection RejectPan(string where) =>
        new(RejectionReason.Pan, $"{where} holds what looks like a card number; send a token, or configure a key so that card_token is tokenised");

    internal static Rejection RejectType(Field field, string found) =>
        new(RejectionReason.WrongType, $"{FieldName.Of(field)} is {found}; schemas/ says what it must be");

    readonly bool HasAll(Field required, out Rejection rejection)
    {
        var missing = required & ~_seen;
        rejection = missing == 0 ? default
            : new(RejectionReason.MissingField, $"missing: {string.Join(", ", FieldName.In(missing).Select(FieldName.Of))}");
        return missing == 0;
    }

    readonly bool TryTokenize(Field field, ref ReadOnlyMemory<byte> text)
    {
        if (field != Field.CardToken || tokenizer is null || !Pan.IsWhole(text.Span)) return false;
        text = tokenizer.Tokenize(text.Span);
        return true;
    }

    static Rejection SetText(out Utf8Text target, Field field, ReadOnlyMemory<byte> text, int min, int max)
    {
        target = new Utf8Text(text);
        if (text.Length < min) return new(RejectionReason.EmptyField, $"{FieldName.Of(field)} is empty");
        return text.Length <= max ? default : new(RejectionReason.TooLong, $"{FieldName.Of(field)} has {text.Length} bytes; at most {max} are allowed");
    }

    Rejection SetCode(Field field, ReadOnlySpan<byte> text)
    {
        bool known;
        switch (field)
        {
            case Field.Currency: known = Currency.TryParse(text, out _currency); break;
            case Field.MerchantCountry: known = Country.TryParse(text, out _merchantCountry); break;
            case Field.IpCountry: known = text.IsEmpty || Country.TryParse(text, out _ipCountry); break;
            case Field.EntryMode: known = CodeName.TryParse(text, out _entryMode); break;
            case Field.Response: known = CodeName.TryParse(text, out _response); break;
            case Field.Label: known = CodeName.TryParse(text, out _label); break;
            case Field.Source: known = CodeName.TryParse(text, out _source); break;
            default: return RejectType(field, "a text");
        }
        return known ? default : new(RejectionReason.UnknownCode, $"{FieldName.Of(field)} is none of its codes; {Expected(field)}");
    }

    static string Expected(Field field) => field switch
    {
        Field.Currency => "expected are three capital letters (ISO 4217)",
        Field.MerchantCountry or Field.IpCountry => "expected are two capital letters (ISO 3166-1)",
        Field.EntryMode => "expected is chip, contactless, magstripe, ecommerce, moto, recurring or manual",
        Field.Response => "expected is approved or declined",
        Field.Label => "expected is fraud or genuine",
        _ => "expected is chargeback, analyst or issuer",
    };

    static Rejection SetNumber(out long target, Field field, long number, long max, long min = 0)
    {
        target = number;
        return number >= min && number <= max ? default : new(RejectionReason.OutOfRange, $"{FieldName.Of(field)} must be from {min} to {max}");
    }

    Rejection SetPartition(long number)
    {
        var rejection = SetNumber(out _, Field.Partition, number, MaxPartition);
        _partition = (int)number;
        return rejection;
    }

    Rejection SetMcc(long number)
    {
        var rejection = SetNumber(out _, Field.Mcc, number, 9999);
        _mcc = (ushort)number;
        return rejection;
    }

    Rejection SetScenario(long number)
    {
        var rejection = SetNumber(out _, Field.FraudScenario, number, byte.MaxValue);
        _scenario = (byte)number;
        return rejection;
    }

    readonly Rejection SetTime(out long target, Field field, long microseconds)
    {
        target = microseconds;
        if (microseconds < Earliest)
            return new(RejectionReason.TimeBefore1990, $"{FieldName.Of(field)} lies before 1990; it counts microseconds since 1970-01-01 UTC");
        return microseconds <= latest.Microseconds ? default
            : new(
                RejectionReason.TimeInFuture,
                $"{FieldName.Of(field)} lies more than the allowed clock skew after the record's stamp; it counts microseconds since 1970-01-01 UTC");
    }
}
