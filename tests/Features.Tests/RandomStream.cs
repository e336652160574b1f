using CsCheck;
using Vigil.Ingest;

namespace Vigil.Features.Tests;

/// <summary>
/// Random logs for property tests: few cards and merchants, so that they meet; times from microseconds to weeks apart, some late.
/// </summary>
static class RandomStream
{
    /// <summary>One record: a transaction, or a label of one.</summary>
    internal sealed record Record(Instant Stamp, Transaction? Transaction, Label? Label);

    const long Start = 1_750_000_000_000_000;

    static readonly Gen<long> s_gap = Gen.Frequency(
        (2, Gen.Const(0L)),
        (3, Gen.Long[1, 200_000]),
        (4, Gen.Long[1, 2_000_000_000]),
        (4, Gen.Long[1, 200_000_000_000]),
        (1, Gen.Const(100_000L)), // The edge of a window.
        (1, Gen.Const(86_400_000_000L)));

    static readonly Gen<long> s_late = Gen.Frequency((9, Gen.Const(0L)), (1, Gen.Long[0, 90_000_000_000]));

    static readonly Gen<long> s_amount = Gen.Frequency(
        (1, Gen.Const(0L)),
        (8, Gen.Long[1, 20_000]),
        (2, Gen.Const(4_999L)),
        (1, Gen.Long[0, long.MaxValue]));

    static readonly string[] s_countries = ["BE", "US", "JP", "CL", "ZZ"];

    static readonly Gen<(long Gap, long Late, int Card, int Merchant, long Amount)> s_payment =
        Gen.Select(s_gap, s_late, Gen.Int[0, 2], Gen.Int[0, 4], s_amount, (gap, late, card, merchant, amount) => (gap, late, card, merchant, amount));

    static readonly Gen<(int Country, EntryMode Mode, Response Response, int Device, int Mcc)> s_manner = Gen.Select(
        Gen.Frequency((3, Gen.Const(0)), (2, Gen.Int[0, 4])),
        Gen.Frequency((2, Gen.Const(EntryMode.Chip)), (1, Gen.Enum<EntryMode>())),
        Gen.Enum<Response>(),
        Gen.Int[0, 3],
        Gen.Int[0, 4],
        (country, mode, response, device, mcc) => (country, mode, response, device, mcc));

    /// <summary>How many records back a transaction is sent again; 0 for one that is new.</summary>
    static readonly Gen<int> s_again = Gen.Frequency((12, Gen.Const(0)), (1, Gen.Int[1, 12]));

    static readonly Gen<(long Delay, long Revision, LabelValue Value, bool Arrives)> s_verdict =
        Gen.Select(
            Gen.Frequency((3, Gen.Long[0, 20_000_000_000]), (2, Gen.Const(604_800_000_000L)), (1, Gen.Long[0, 4_000_000_000_000])),
            Gen.Long[0, 3],
            Gen.Enum<LabelValue>(),
            Gen.Bool,
            (delay, revision, value, arrives) => (delay, revision, value, arrives));

    /// <summary>Logs of up to 120 transactions, labels before transactions of the same stamp.</summary>
    internal static readonly Gen<Record[]> Logs = Gen.Select(s_payment, s_manner, s_again, s_verdict, s_verdict).Array[1, 120].Select(rows =>
    {
        var log = new List<Record>();
        long time = Start;
        for (int i = 0; i < rows.Length; i++)
        {
            var (payment, manner, again, verdict, second) = rows[i];
            time += payment.Gap;
            var transaction = Payment($"t{i}", $"c{payment.Card}", $"m{payment.Merchant}", payment.Amount, new(time - payment.Late)) with
            {
                MerchantCountry = Country(s_countries[manner.Country]),
                EntryMode = manner.Mode,
                Response = manner.Response,
                DeviceId = manner.Device == 0 ? default : Utf8Text.From($"d{manner.Device}"),
                Mcc = (ushort)(5_411 + manner.Mcc),
                TerminalId = payment.Merchant == 0 || i % 3 == 0 ? default : Utf8Text.From($"x{i % 2}"),
            };
            if (again > 0 && again <= log.Count && log[^again].Transaction is { } earlier) transaction = earlier;
            log.Add(new(new(time), transaction, null));
            if (verdict.Arrives) log.Add(LabelOf(transaction, verdict.Value, new(time + verdict.Delay), verdict.Revision));
            if (verdict.Arrives && second.Revision == 0) log.Add(LabelOf(transaction, second.Value, new(time + second.Delay), second.Revision));
        }
        return log.OrderBy(record => record.Stamp).ThenBy(record => record.Transaction is null ? 0 : 1).ToArray();
    });

    internal static Transaction Payment(string id, string card, string merchant, long amount, Instant time) => new()
    {
        TransactionId = Utf8Text.From(id),
        CardToken = Utf8Text.From(card),
        EventTime = time,
        Amount = amount,
        Currency = new(0x455552),
        MerchantId = Utf8Text.From(merchant),
        Mcc = 5411,
        MerchantCountry = new(0x4245),
        EntryMode = EntryMode.Contactless,
    };

    static Country Country(string letters) => new(((uint)letters[0] << 8) | letters[1]);

    internal static Record LabelOf(Transaction transaction, LabelValue value, Instant stamp, long revision = 0) => new(stamp, null, new()
    {
        TransactionId = transaction.TransactionId,
        CardToken = transaction.CardToken,
        Value = value,
        LabelTime = new(stamp.Microseconds + revision),
        Source = LabelSource.Issuer,
        EventTime = transaction.EventTime,
        MerchantId = transaction.MerchantId,
        TerminalId = transaction.TerminalId,
        Amount = transaction.Amount,
    });
}
