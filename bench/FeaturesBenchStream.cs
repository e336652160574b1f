using System.Text;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// A seeded stream for <see cref="FeaturesBench"/>: every card pays at its own 30 of 10,000 merchants, one in eight of them abroad, each with two
/// terminals; a quarter of it from its own device, one in fifty declined; 10,000 payments a day, or so many microseconds apart.
/// </summary>
sealed class FeaturesBenchStream
{
    internal const int Cards = 5_000;
    const int IdLength = 20;
    const int Merchants = 10_000;
    const int MerchantsPerCard = 30;
    const long Start = 1_750_000_000_000_000;

    /// <summary>Belgium, but for one merchant in eight: France.</summary>
    static readonly Country[] s_countries = [.. Enumerable.Repeat(new Country(0x4245), 7), new(0x4652)];

    readonly Utf8Text[] _cards = [.. Enumerable.Range(0, Cards).Select(card => Utf8Text.From($"card-{card:D12}"))];
    readonly Utf8Text[] _merchants = [.. Enumerable.Range(0, Merchants).Select(merchant => Utf8Text.From($"merchant-{merchant:D6}"))];
    readonly Utf8Text[] _terminals = [.. Enumerable.Range(0, 2 * Merchants).Select(terminal => Utf8Text.From($"terminal-{terminal:D6}"))];
    readonly Utf8Text[] _devices = [.. Enumerable.Range(0, Cards).Select(device => Utf8Text.From($"device-{device:D8}"))];
    readonly (int Card, int Merchant, int Amount)[] _rows;
    readonly byte[] _ids;
    readonly long _apart;

    internal FeaturesBenchStream(int count, long microsecondsApart = 8_640_000)
    {
        _apart = microsecondsApart;
        _ids = new byte[count * IdLength];
        for (int i = 0; i < count; i++) Encoding.UTF8.GetBytes($"transaction-{i:D8}", _ids.AsSpan(i * IdLength, IdLength));
        var random = new Random(1);
        _rows = new (int, int, int)[count];
        for (int i = 0; i < count; i++)
        {
            int card = random.Next(Cards);
            _rows[i] = (card, ((card * 7) + random.Next(MerchantsPerCard)) % Merchants, random.Next(1, 20_000));
        }
    }

    internal int Count => _rows.Length;

    internal Instant Stamp(int i) => new(Start + (i * _apart));

    internal Transaction Payment(int i) => PaymentOf(_rows[i].Card, i);

    internal Transaction PaymentOf(int card, int i) => new()
    {
        TransactionId = Id(i),
        CardToken = _cards[card],
        EventTime = Stamp(i),
        Amount = _rows[i].Amount,
        Currency = new(0x455552),
        MerchantId = _merchants[_rows[i].Merchant],
        TerminalId = _terminals[(2 * _rows[i].Merchant) + (_rows[i].Amount % 2)],
        Mcc = (ushort)(5_000 + (_rows[i].Merchant % 100)),
        MerchantCountry = s_countries[_rows[i].Merchant % s_countries.Length],
        EntryMode = (EntryMode)(_rows[i].Amount % 4),
        Response = _rows[i].Amount % 50 == 0 ? Response.Declined : Response.Approved,
        DeviceId = _rows[i].Amount % 4 == (int)EntryMode.Ecommerce ? _devices[card] : default,
    };

    Utf8Text Id(int i) => new(_ids.AsMemory(i * IdLength, IdLength));

    /// <summary>One in a hundred is a fraud.</summary>
    internal Label Label(int i) => new()
    {
        TransactionId = Id(i),
        CardToken = _cards[_rows[i].Card],
        Value = i % 100 == 0 ? LabelValue.Fraud : LabelValue.Genuine,
        LabelTime = Stamp(i),
        Source = LabelSource.Issuer,
        EventTime = Stamp(i),
        MerchantId = _merchants[_rows[i].Merchant],
        Amount = _rows[i].Amount,
    };
}
