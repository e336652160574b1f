namespace Vigil.Ingest;

/// <summary>A known field of a record, and sets of them: one bit each.</summary>
[Flags]
enum Field : uint
{
    None = 0,
    TransactionId = 1 << 0,
    CardToken = 1 << 1,
    EventTime = 1 << 2,
    Amount = 1 << 3,
    Currency = 1 << 4,
    MerchantId = 1 << 5,
    TerminalId = 1 << 6,
    Mcc = 1 << 7,
    MerchantCountry = 1 << 8,
    EntryMode = 1 << 9,
    Response = 1 << 10,
    ResponseCode = 1 << 11,
    DeviceId = 1 << 12,
    IpCountry = 1 << 13,
    Label = 1 << 14,
    FraudType = 1 << 15,
    LabelTime = 1 << 16,
    Source = 1 << 17,
    FraudScenario = 1 << 18,
    Partition = 1 << 19,
    StepStart = 1 << 20,
    TransactionCount = 1 << 21,
    AmountSum = 1 << 22,

    RequiredOfTransaction = TransactionId | CardToken | EventTime | Amount | Currency | MerchantId | Mcc | MerchantCountry | EntryMode,
    OfTransaction = RequiredOfTransaction | TerminalId | Response | ResponseCode | DeviceId | IpCountry,
    RequiredOfLabel = TransactionId | CardToken | Label | LabelTime | Source | EventTime | MerchantId | Amount,
    OfLabel = RequiredOfLabel | FraudType | TerminalId,
    RequiredOfMerchantActivity = Partition | StepStart | MerchantId | TransactionCount | AmountSum,
    OfMerchantActivity = RequiredOfMerchantActivity | TerminalId,
    /// <summary>A line of a history file: a transaction and, where known, what it turned out to be.</summary>
    OfLabelledTransaction = OfTransaction | Label | FraudType | LabelTime | Source | FraudScenario,
}

/// <summary>The fields' names on the wire.</summary>
static class FieldName
{
    internal static Field Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("mcc"u8) ? Field.Mcc : Field.None,
        5 => name.SequenceEqual("label"u8) ? Field.Label : Field.None,
        6 => name.SequenceEqual("amount"u8) ? Field.Amount
            : name.SequenceEqual("source"u8) ? Field.Source : Field.None,
        8 => name.SequenceEqual("currency"u8) ? Field.Currency
            : name.SequenceEqual("response"u8) ? Field.Response : Field.None,
        9 => name.SequenceEqual("device_id"u8) ? Field.DeviceId
            : name.SequenceEqual("partition"u8) ? Field.Partition : Field.None,
        10 => FindOfTen(name),
        11 => name.SequenceEqual("merchant_id"u8) ? Field.MerchantId
            : name.SequenceEqual("terminal_id"u8) ? Field.TerminalId : Field.None,
        13 => name.SequenceEqual("response_code"u8) ? Field.ResponseCode : Field.None,
        14 => name.SequenceEqual("transaction_id"u8) ? Field.TransactionId
            : name.SequenceEqual("fraud_scenario"u8) ? Field.FraudScenario : Field.None,
        16 => name.SequenceEqual("merchant_country"u8) ? Field.MerchantCountry : Field.None,
        17 => name.SequenceEqual("transaction_count"u8) ? Field.TransactionCount : Field.None,
        _ => Field.None,
    };

    static Field FindOfTen(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("card_token"u8) ? Field.CardToken
        : name.SequenceEqual("event_time"u8) ? Field.EventTime
        : name.SequenceEqual("entry_mode"u8) ? Field.EntryMode
        : name.SequenceEqual("ip_country"u8) ? Field.IpCountry
        : name.SequenceEqual("label_time"u8) ? Field.LabelTime
        : name.SequenceEqual("fraud_type"u8) ? Field.FraudType
        : name.SequenceEqual("step_start"u8) ? Field.StepStart
        : name.SequenceEqual("amount_sum"u8) ? Field.AmountSum : Field.None;

    internal static string Of(Field field) => field switch
    {
        Field.TransactionId => "transaction_id",
        Field.CardToken => "card_token",
        Field.EventTime => "event_time",
        Field.Amount => "amount",
        Field.Currency => "currency",
        Field.MerchantId => "merchant_id",
        Field.TerminalId => "terminal_id",
        Field.Mcc => "mcc",
        Field.MerchantCountry => "merchant_country",
        Field.EntryMode => "entry_mode",
        Field.Response => "response",
        Field.ResponseCode => "response_code",
        Field.DeviceId => "device_id",
        Field.IpCountry => "ip_country",
        Field.Label => "label",
        Field.FraudType => "fraud_type",
        Field.LabelTime => "label_time",
        Field.Source => "source",
        Field.FraudScenario => "fraud_scenario",
        Field.Partition => "partition",
        Field.StepStart => "step_start",
        Field.TransactionCount => "transaction_count",
        Field.AmountSum => "amount_sum",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "not a single field"),
    };

    /// <summary>The single fields of a set, in the order of their bits.</summary>
    internal static IEnumerable<Field> In(Field set)
    {
        for (uint rest = (uint)set; rest != 0; rest &= rest - 1) yield return (Field)(rest & (~rest + 1));
    }
}
