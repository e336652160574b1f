using System.Buffers.Text;
using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>Turns the payments of a <see cref="CardsWorld"/> into transactions with their labels, and counts them.</summary>
sealed class CardsRecords(CardsScene scene)
{
    const int IdLength = 13;
    const int DeviceLength = 10;

    /// <summary>ISO 20022 FraudType1Code by <see cref="FraudKind"/>.</summary>
    static readonly Utf8Text[] s_fraudTypes = [default, .. new[] { "CNPA", "CRDS", "CWKA", "ACTO", "CNPA", "FRAC", "COSN" }.Select(Utf8Text.From)];

    readonly CardsNames _cards = new('c', scene.Customers.Count);
    readonly CardsNames _merchants = new('m', scene.Options.Merchants);
    readonly CardsNames _terminals = new('t', scene.Merchants.Terminals);
    readonly Instant _midnight = Instant.From(new DateTimeOffset(scene.Options.Start.UtcDateTime.Date, TimeSpan.Zero));
    long _number;

    /// <summary>The moment of a world's time.</summary>
    internal Instant TimeOf(long time) => new(_midnight.Microseconds + time);

    /// <summary>The next payment's transaction.</summary>
    internal LabelledTransaction Next(in CardsPayment payment)
    {
        Transaction transaction = TransactionOf(payment);
        return payment.ReportedBy is not { } source
            ? new(transaction, LabelValue.Genuine, LabelTime: null, (byte)payment.Kind)
            : new(transaction, LabelValue.Fraud, TimeOf(payment.ReportedAt), (byte)payment.Kind)
            {
                FraudType = s_fraudTypes[(int)payment.Kind],
                Source = source,
            };
    }

    Transaction TransactionOf(in CardsPayment payment)
    {
        CardsMerchant merchant = scene.Merchants[payment.Merchant];
        CardsCountry country = CardsCountry.All[merchant.Country];
        (Utf8Text id, Utf8Text device) = Texts(_number++, payment.Device);
        return new()
        {
            TransactionId = id,
            CardToken = _cards[payment.Card],
            EventTime = TimeOf(payment.Time),
            Amount = payment.Amount,
            Currency = country.Currency,
            MerchantId = _merchants[payment.Merchant],
            TerminalId = payment.Terminal < 0 ? default : _terminals[payment.Terminal],
            Mcc = CardsCategory.All[merchant.Category].Mcc,
            MerchantCountry = country.Code,
            EntryMode = payment.EntryMode,
            Response = payment.Response == ResponseCode.Approved ? Response.Approved : Response.Declined,
            ResponseCode = payment.Response.Text(),
            DeviceId = device,
            IpCountry = payment.IpCountry < 0 ? default : CardsCountry.All[payment.IpCountry].Code,
        };
    }

    /// <summary>The transaction's number, and letters that stand for its device: in one array, as the texts of a decoded record are.</summary>
    static (Utf8Text Id, Utf8Text Device) Texts(long number, ulong device)
    {
        byte[] texts = new byte[device == 0 ? IdLength : IdLength + DeviceLength];
        texts[0] = (byte)'x';
        Utf8Formatter.TryFormat(number, texts.AsSpan(1, IdLength - 1), out _, new('D', IdLength - 1));
        for (int i = IdLength; i < texts.Length; i++)
        {
            (device, ulong letter) = Math.DivRem(device, 26);
            texts[i] = (byte)('a' + letter);
        }
        return (new(texts.AsMemory(0, IdLength)), new(texts.AsMemory(IdLength)));
    }
}
