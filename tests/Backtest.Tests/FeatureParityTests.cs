using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Backtest.Tests;

/// <summary>
/// Offline = online: a transaction has the same features to the bit in a replay of history and in the live service, however the service reads its log.
/// </summary>
public sealed class FeatureParityTests
{
    const int LargestBatch = 40;
    static readonly int[] s_partitions = [1, 2, 5, 12];
    static readonly TimeSpan s_labelDelay = TimeSpan.FromDays(3);

    static readonly Gen<LabelledTransaction[]> s_histories = Gen.Select(
        Gen.Frequency((3, Gen.Long[0, 300_000]), (4, Gen.Long[1, 3_000_000_000]), (3, Gen.Long[1, 90_000_000_000]), (1, Gen.Const(86_400_000_000L))),
        Gen.Int[0, 5],
        Gen.Int[0, 7],
        Gen.Frequency((1, Gen.Long[0, 500]), (8, Gen.Long[1, 30_000]), (1, Gen.Long[0, 999_999_999_999])),
        Gen.Int[0, 1_000],
        Gen.Frequency((2, Gen.Const(-1L)), (3, Gen.Long[0, 1_000_000_000_000])),
        (gap, card, merchant, amount, variant, labelAfter) => (gap, card, merchant, amount, variant, labelAfter)).Array[1, 250].Select(rows =>
    {
        var history = new List<LabelledTransaction>(rows.Length);
        var time = new Instant(1_750_000_000_000_000);
        for (int i = 0; i < rows.Length; i++)
        {
            time += TimeSpan.FromMicroseconds(rows[i].gap);
            var (_, card, merchant, amount, variant, labelAfter) = rows[i];
            history.Add(new(Payment(i, time, card, merchant, amount, variant), Verdict(variant), labelAfter < 0 ? null : new(time.Microseconds + labelAfter)));
        }
        return history.ToArray();
    });

    static readonly Gen<(LabelledTransaction[] History, int Partitions, int Processes, int Seed)> s_runs =
        Gen.Select(
            s_histories,
            Gen.Int[0, 3].Select(choice => s_partitions[choice]),
            Gen.Int[1, 3],
            Gen.Int,
            (history, partitions, processes, seed) => (history, partitions, processes, seed));

    [Fact]
    public void A_row_has_the_same_bits_whatever_batches_partitions_processes_restarts_and_snapshots_the_live_service_reads_it_with() =>
        s_runs.Sample(run => Assert.Equal(Offline(run.History, run.Partitions), Online(run.History, run.Partitions, run.Processes, new(run.Seed))), iter: 150);

    static Dictionary<string, string> Offline(LabelledTransaction[] history, int partitions)
    {
        var rows = new Dictionary<string, string>();
        foreach (ReplayedTransaction row in FeatureReplay.Read(history, s_labelDelay, new(long.MaxValue), [], new(partitions)))
        {
            string id = row.Labelled.Transaction.TransactionId.ToString();
            rows[id] = FeatureTable.Row(id, row.Features);
        }
        return rows;
    }

    /// <summary>
    /// Reads the log in random batches, whichever partition comes next; now and then a process dies and begins anew, or hands a partition to another. What is
    /// computed again must be what it was.
    /// </summary>
    static Dictionary<string, string> Online(LabelledTransaction[] history, int partitions, int processCount, Random random)
    {
        var log = new OnlineLog(partitions);
        log.Append(history, s_labelDelay);
        var rows = new Dictionary<string, string>();
        void Found(string id, string row)
        {
            if (!rows.TryAdd(id, row)) Assert.Equal(rows[id], row);
        }
        var processes = Enumerable.Range(0, processCount).Select(_ => new OnlineProcess(log, random, Found)).ToArray();
        int[] owners = [.. Enumerable.Range(0, partitions).Select(partition => partition % processCount)];
        int[] next = new int[partitions];
        for (int partition = 0; partition < partitions; partition++) processes[owners[partition]].Claim(partition, 0);
        while (Unread() is { Length: > 0 } unread)
        {
            int partition = unread[random.Next(unread.Length)];
            int end = Math.Min(next[partition] + random.Next(1, LargestBatch), log[partition].Count);
            processes[owners[partition]].Consume(partition, next[partition], end);
            next[partition] = end;
            if (random.Next(10) == 0) Kill(random.Next(processCount));
            if (random.Next(10) == 0) HandOver(random.Next(partitions), random.Next(processCount));
        }
        return rows;

        int[] Unread() => [.. Enumerable.Range(0, partitions).Where(partition => next[partition] < log[partition].Count)];

        void Kill(int process)
        {
            processes[process] = new(log, random, Found);
            for (int partition = 0; partition < partitions; partition++)
            {
                if (owners[partition] == process) processes[process].Claim(partition, next[partition]);
            }
        }

        void HandOver(int partition, int process)
        {
            processes[owners[partition]].Drop(partition);
            owners[partition] = process;
            processes[process].Claim(partition, next[partition]);
        }
    }

    /// <summary>Transactions that differ in everything that a feature looks at; some repeat one of their card's newest, and have no row.</summary>
    static Transaction Payment(int number, Instant time, int card, int merchant, long amount, int variant) => new()
    {
        TransactionId = Utf8Text.From($"t{(variant % 8 == 0 ? number / 32 * 32 : number)}-{card}"),
        CardToken = Utf8Text.From($"card-{card}"),
        EventTime = time,
        Amount = amount,
        Currency = new(0x455552),
        MerchantId = Utf8Text.From($"m{merchant}"),
        TerminalId = variant % 3 == 0 ? default : Utf8Text.From($"terminal-{merchant}-{variant % 2}"),
        Mcc = (ushort)(5_000 + merchant + (variant % 5)),
        MerchantCountry = variant % 4 == 0 ? new(0x4652) : new(0x4245),
        EntryMode = (EntryMode)(variant % 7),
        Response = variant % 6 == 0 ? Response.Declined : Response.Approved,
        DeviceId = variant % 5 == 0 ? Utf8Text.From($"d{card}{variant % 2}") : default,
    };

    static LabelValue? Verdict(int variant) => variant % 10 == 0 ? null : variant % 3 == 0 ? LabelValue.Fraud : LabelValue.Genuine;
}
