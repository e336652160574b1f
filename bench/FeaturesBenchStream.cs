using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// A seeded stream for <see cref="FeaturesBench"/>: every card pays at its own 30 of 10,000 merchants, 10,000 payments a day.
/// </summary>
sealed class FeaturesBenchStream
{
    internal const int Cards = 5_000;
    const int Merchants = 10_000;
    const int MerchantsPerCard = 30;
    const long MicrosecondsApart = 8_640_000;
    const long Start = 1_750_000_000_000_000;

    readonly Utf8Text[] _cards = [.. Enumerable.Range(0, Cards).Select(card => Utf8Text.From($"card-{card:D12}"))];
    readonly Utf8Text[] _merchants = [.. Enumerable.Range(0, Merchants).Select(merchant => Utf8Text.From($"merchant-{merchant:D6}"))];
    readonly (int Card, int Merchant, int Amount)[] _rows;

    internal FeaturesBenchStream(int count)
    {
        var random = new Random(1);
        _rows = new (int, int, int)[count];
        for (int i = 0; i < count; i++)
        {
            int card = random.Next(Cards);
            _rows[i] = (card, ((card * 7) + random.Next(MerchantsPerCard)) % Merchants, random.Next(1, 20_000));
        }
    }

    internal int Count => _rows.Length;

    internal Instant Stamp(int i) => new(Start + (i * MicrosecondsApart));

    internal Transaction Payment(int i) => PaymentOf(_rows[i].Card, i);

    internal Transaction PaymentOf(int card, int i) => new()
    {
        TransactionId = _cards[card],
        CardToken = _cards[card],
        EventTime = Stamp(i),
        Amount = _rows[i].Amount,
        Currency = new(0x455552),
        MerchantId = _merchants[_rows[i].Merchant],
        Mcc = 5411,
        MerchantCountry = new(0x4245),
        EntryMode = EntryMode.Contactless,
    };

    /// <summary>One in a hundred is a fraud.</summary>
    internal Label Label(int i) => new()
    {
        TransactionId = _cards[_rows[i].Card],
        CardToken = _cards[_rows[i].Card],
        Value = i % 100 == 0 ? LabelValue.Fraud : LabelValue.Genuine,
        LabelTime = Stamp(i),
        Source = LabelSource.Issuer,
        EventTime = Stamp(i),
        MerchantId = _merchants[_rows[i].Merchant],
        Amount = _rows[i].Amount,
    };
}
