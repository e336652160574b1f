using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Vigil.Faults.Tests;

/// <summary>A record of the run: a transaction, one that is none (poison), a label, or one that is none.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Card">Its key.</param>
/// <param name="Value">Its bytes; null for a tombstone.</param>
readonly record struct LoadRecord(LoadKind Kind, string Card, byte[]? Value);

enum LoadKind
{
    Transaction,
    Poison,
    Label,
    PoisonLabel,
}

/// <summary>
/// Cards that pay here and there, some of them compromised for a while, and labels of what they paid a little earlier. A function of the settings' seed. It is
/// written by hand, so that nothing of it is the pipeline's.
/// </summary>
sealed class Load(FaultSettings settings)
{
    internal const int PoisonEvery = 1_000;

    const int LabelEvery = 20, LabelAfter = 500, Merchants = 400;

    static readonly DateTimeOffset s_begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan s_betweenPaymentsOfACard = TimeSpan.FromHours(6);
    static readonly string[] s_homeModes = ["chip", "contactless", "recurring"];

    readonly Random _random = new(settings.Seed);
    readonly int[] _fraudsLeft = new int[settings.Cards];
    readonly Payment[] _recent = new Payment[LabelAfter];
    readonly ArrayBufferWriter<byte> _buffer = new();

    internal IEnumerable<LoadRecord> Records()
    {
        for (int number = 0; number < settings.Transactions; number++)
        {
            if (number % PoisonEvery == PoisonEvery - 1) yield return new(LoadKind.Poison, CardOf(_random.Next(settings.Cards)), Poison(number / PoisonEvery));
            if (number % LabelEvery == 0 && number >= LabelAfter) yield return LabelOf(_recent[number % LabelAfter]);
            if (number % PoisonEvery == PoisonEvery / 2)
                yield return new(LoadKind.PoisonLabel, CardOf(_random.Next(settings.Cards)), Poison(number / PoisonEvery));
            var payment = _recent[number % LabelAfter] = Pay(number);
            yield return new(LoadKind.Transaction, CardOf(payment.Card), Json(writer => Write(writer, payment)));
        }
    }

    static string CardOf(int card) => $"card-{card}";

    Payment Pay(int number)
    {
        int card = _random.Next(settings.Cards);
        if (_fraudsLeft[card] == 0 && _random.Next(300) == 0) _fraudsLeft[card] = 8;
        bool isFraud = _fraudsLeft[card] > 0;
        if (isFraud) _fraudsLeft[card]--;
        int merchant = isFraud ? _random.Next(Merchants) : (card * 7 + _random.Next(6)) % Merchants;
        long usual = 500 + (card * 37 % 6_000);
        var time = s_begin + (number * (s_betweenPaymentsOfACard / settings.Cards));
        return new(number, card, merchant, usual * (isFraud ? 4 + _random.Next(20) : 1) + _random.Next(1_000), Microseconds(time), isFraud);
    }

    void Write(Utf8JsonWriter writer, Payment payment)
    {
        writer.WriteString("transaction_id", $"t-{payment.Number}");
        writer.WriteString("card_token", CardOf(payment.Card));
        writer.WriteNumber("event_time", payment.Time);
        writer.WriteNumber("amount", payment.Amount);
        writer.WriteString("currency", "EUR");
        writer.WriteString("merchant_id", $"merchant-{payment.Merchant}");
        if (payment.Merchant % 2 == 0) writer.WriteString("terminal_id", $"terminal-{payment.Card % 3}");
        writer.WriteNumber("mcc", 5_000 + (payment.Merchant % 40 * 20));
        writer.WriteString("merchant_country", payment.IsFraud ? "US" : "BE");
        writer.WriteString("entry_mode", payment.IsFraud ? "ecommerce" : s_homeModes[payment.Merchant % s_homeModes.Length]);
    }

    LoadRecord LabelOf(Payment payment) => new(LoadKind.Label, CardOf(payment.Card), Json(writer =>
    {
        writer.WriteString("transaction_id", $"t-{payment.Number}");
        writer.WriteString("card_token", CardOf(payment.Card));
        writer.WriteString("label", payment.IsFraud ? "fraud" : "genuine");
        writer.WriteNumber("label_time", payment.Time + 1);
        writer.WriteString("source", "issuer");
        writer.WriteNumber("event_time", payment.Time);
        writer.WriteString("merchant_id", $"merchant-{payment.Merchant}");
        if (payment.Merchant % 2 == 0) writer.WriteString("terminal_id", $"terminal-{payment.Card % 3}");
        writer.WriteNumber("amount", payment.Amount);
    }));

    /// <summary>
    /// One of the ways in which a record is no transaction. The card number is Luhn-valid and of no issuer; it is built so that none stands in the source.
    /// </summary>
    static byte[]? Poison(int kind) => (kind % 6) switch
    {
        0 => null,
        1 => [],
        2 => Encoding.UTF8.GetBytes("{\"transaction_id\":"),
        3 => Encoding.UTF8.GetBytes("{\"transaction_id\":\"poison\"}"),
        4 => Encoding.UTF8.GetBytes($"{{\"transaction_id\":\"{new string('0', 16)}\"}}"),
        _ => [0xFF, 0xFE, 0x00, 0x01],
    };

    byte[] Json(Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return _buffer.WrittenSpan.ToArray();
    }

    static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    readonly record struct Payment(int Number, int Card, int Merchant, long Amount, long Time, bool IsFraud);
}
