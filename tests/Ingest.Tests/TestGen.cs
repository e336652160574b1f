using CsCheck;

namespace Vigil.Ingest.Tests;

/// <summary>Generators of valid messages, awkward texts included; digits are kept short so that no text looks like a card number.</summary>
static class TestGen
{
    static readonly Gen<string> Piece = Gen.OneOf(
        new[] { "a", "Z", "12", "é", "😀", "\"", "\\", "/", "\n", "\u0001", "-", " ", "<", "+", "x9" }.Select(Gen.Const).ToArray());
    static readonly Gen<Utf8Text> Id = Piece.Array[1, 15].Select(pieces => Utf8Text.From(string.Concat(pieces))).Where(text => text.Span.Length <= 64);
    static readonly Gen<Utf8Text> Optional = Gen.OneOf(Gen.Const(default(Utf8Text)), Id);
    static readonly Gen<string> Letter = Gen.Char['A', 'Z'].Select(letter => letter.ToString());
    static readonly Gen<Country> Country = Gen.Select(Letter, Letter).Select((a, b) => Parse(a + b));
    static readonly Gen<Currency> Currency = Gen.Select(Letter, Letter, Letter).Select((a, b, c) => ParseCurrency(a + b + c));
    static readonly Gen<Instant> Time = Gen.Long[RecordFields.Earliest, TestRecords.Stamp.Microseconds].Select(time => new Instant(time));
    static readonly Gen<long> Amount = Gen.OneOf(Gen.Long[0, 100_000], Gen.Long[0, 999_999_999_999]);

    internal static readonly Gen<Transaction> Transaction = Gen.Select(
        Gen.Select(Id, Id, Id, Optional, Optional), Gen.Select(Time, Amount, Currency, Country),
        Gen.Select(Gen.Int[0, 9999], Gen.Int[0, 6], Gen.Int[0, 2], Gen.Bool))
        .Select((ids, money, codes) => new Transaction
        {
            TransactionId = ids.Item1,
            CardToken = ids.Item2,
            MerchantId = ids.Item3,
            TerminalId = ids.Item4,
            DeviceId = ids.Item5,
            EventTime = money.Item1,
            Amount = money.Item2,
            Currency = money.Item3,
            MerchantCountry = money.Item4,
            Mcc = (ushort)codes.Item1,
            EntryMode = (EntryMode)codes.Item2,
            Response = (Response)codes.Item3,
            ResponseCode = codes.Item4 ? Utf8Text.From("05") : default,
            IpCountry = codes.Item4 ? money.Item4 : default,
        });

    internal static readonly Gen<Label> Label = Gen.Select(
        Gen.Select(Id, Id, Id, Optional), Gen.Select(Time, Time, Amount), Gen.Select(Gen.Int[0, 1], Gen.Int[0, 2], Gen.Bool))
        .Select((ids, numbers, codes) => new Label
        {
            TransactionId = ids.Item1,
            CardToken = ids.Item2,
            MerchantId = ids.Item3,
            TerminalId = ids.Item4,
            EventTime = numbers.Item1,
            LabelTime = numbers.Item2,
            Amount = numbers.Item3,
            Value = (LabelValue)codes.Item1,
            Source = (LabelSource)codes.Item2,
            FraudType = codes.Item3 ? Utf8Text.From("LOST") : default,
        });

    static Country Parse(string letters)
    {
        Assert(Ingest.Country.TryParse(System.Text.Encoding.ASCII.GetBytes(letters), out var country));
        return country;
    }

    static Currency ParseCurrency(string letters)
    {
        Assert(Ingest.Currency.TryParse(System.Text.Encoding.ASCII.GetBytes(letters), out var currency));
        return currency;
    }

    static void Assert(bool holds)
    {
        if (!holds) throw new InvalidOperationException("a generated code does not parse");
    }
}
