using System.Buffers;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Takes made-up transactions the way that every record goes, into a state that nobody keeps, before the first record comes: so that code is compiled, and
/// optimised, by then. Without it the first seconds of a stream wait for the compiler, the longer the busier the machine is.
/// </summary>
static class WarmUp
{
    /// <summary>Enough for the runtime to compile anew, optimised, what is called once a transaction.</summary>
    const int Transactions = 500;

    const int Cards = 5;

    static readonly Instant s_start = new(1_700_000_000_000_000);

    /// <param name="state">One that has seen nothing, and is dropped afterwards.</param>
    internal static void Run(PartitionState state)
    {
        var json = new ArrayBufferWriter<byte>();
        for (int i = 0; i < Transactions; i++)
        {
            var stamp = s_start + TimeSpan.FromSeconds(i);
            json.ResetWrittenCount();
            TransactionJson.Write(json, Made(i, stamp));
            if (!TransactionJson.TryDecode(json.WrittenMemory, stamp, out var transaction, out var rejection))
                throw new InvalidOperationException(rejection.Message);
            state.Scorer.Score(state.Features.Next(transaction, stamp)!);
        }
        state.Scorer.Explain();
    }

    static Transaction Made(int number, Instant time) => new()
    {
        TransactionId = Utf8Text.From($"{number}"),
        CardToken = Utf8Text.From($"card-{number % Cards}"),
        EventTime = time,
        Amount = 1 + (number * 37 % 10_000),
        Currency = new(0x455552),
        MerchantId = Utf8Text.From($"merchant-{number % 7}"),
        TerminalId = Utf8Text.From($"terminal-{number % 11}"),
        Mcc = 5411,
        MerchantCountry = new(0x4245),
        EntryMode = EntryMode.Chip,
    };
}
