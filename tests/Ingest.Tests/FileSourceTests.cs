using System.IO.Compression;
using System.Text;
using CsCheck;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class FileSourceTests : IDisposable
{
    const string Header = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO";

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_benchmarks_own_columns_need_no_mapping()
    {
        string file = Write("a.csv", $"{Header}\n17,2018-04-01 00:00:31,596,3156,57.16,1,2\n");

        var row = Assert.Single(FileSource.Read(file));

        var read = row.Transaction;
        Assert.Equal(("17", "596", "3156"), (read.TransactionId.ToString(), read.CardToken.ToString(), read.MerchantId.ToString()));
        Assert.Equal((5716L, "2018-04-01T00:00:31.000000Z"), (read.Amount, read.EventTime.ToString()));
        Assert.Equal(("EUR", "BE", EntryMode.Chip), (read.Currency.ToString(), read.MerchantCountry.ToString(), read.EntryMode));
        Assert.Equal((LabelValue.Fraud, (byte)2), (row.Value, row.Scenario));
    }

    [Theory]
    [InlineData("TERMINAL_ID", "SHOP", "TERMINAL_ID")]
    [InlineData("TX_FRAUD_SCENARIO", "SURPRISE", "SURPRISE")]
    public void A_mapping_that_does_not_fit_names_the_column(string column, string instead, string named)
    {
        string file = Write("b.csv", Header.Replace(column, instead, StringComparison.Ordinal) + "\n");

        var error = Assert.Throws<SourceException>(() => FileSource.Read(file).ToList());

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("18,yesterday,596,3156,57.16,1,2", "TX_DATETIME")]
    [InlineData("18,2018-04-01 00:00:32,596,3156,much,1,2", "TX_AMOUNT")]
    [InlineData("18,2018-04-01 00:00:32,596,3156,57.16,maybe,2", "TX_FRAUD")]
    [InlineData("18,2018-04-01 00:00:32,596,3156", "4 columns")]
    public void A_row_that_cannot_be_read_is_named_by_line_and_column(string row, string named)
    {
        string file = Write("c.csv", $"{Header}\n17,2018-04-01 00:00:31,596,3156,57.16,1,2\n{row}\n");

        var error = Assert.Throws<SourceException>(() => FileSource.Read(file).ToList());

        Assert.StartsWith($"{file}, line 3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_json_that_cannot_be_read_is_named_by_its_number_and_field()
    {
        string good = TestRecords.Transaction().ToJsonString(), bad = TestRecords.Transaction().With("amount", -1).ToJsonString();
        string file = Write("f.jsonl", $"{good}\n\n{bad}\n");

        var error = Assert.Throws<SourceException>(() => FileSource.Read(file).ToList());

        Assert.StartsWith($"{file}, line 3: amount", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_and_csv_read_the_same_compressed_or_not()
    {
        string csv = $"{Header}\n17,2018-04-01 00:00:31,596,3156,57.16,1,2\n18,2018-04-01 00:00:40,597,3157,0.05,0,0\n";
        var expected = FileSource.Read(Write("d.csv", csv)).ToArray();
        using var lines = new MemoryStream();
        foreach (var row in expected)
        {
            using var json = new System.Text.Json.Utf8JsonWriter(lines, TransactionJson.WriterOptions);
            LabelledTransactionJson.Write(json, row);
            json.Flush();
            lines.WriteByte((byte)'\n');
        }

        Assert.Equal(expected, FileSource.Read(Compress("d.csv.gz", Encoding.UTF8.GetBytes(csv))));
        Assert.Equal(expected, FileSource.Read(Write("d.jsonl", Encoding.UTF8.GetString(lines.ToArray()))));
        Assert.Equal(expected, FileSource.Read(Compress("d.jsonl.gz", lines.ToArray())));
    }

    [Fact]
    public void A_line_says_how_and_when_its_fraud_becomes_known()
    {
        string line = TestRecords.Transaction().With("label", "fraud").With("fraud_type", "CNPA")
            .With("label_time", TestRecords.Stamp.Microseconds + 5).With("source", "analyst").ToJsonString();

        var label = History.Merge(FileSource.Read(Write("l.jsonl", line)), TimeSpan.Zero).Last().Label!.Value;

        Assert.Equal((LabelValue.Fraud, LabelSource.Analyst, "CNPA"), (label.Value, label.Source, label.FraudType.ToString()));
        Assert.Equal(TestRecords.Stamp.Microseconds + 5, label.LabelTime.Microseconds);
    }

    [Fact]
    public void A_card_number_in_a_file_is_refused_without_being_quoted()
    {
        string number = TestRecords.Pan(16);
        string file = Write("e.csv", $"{Header}\n17,2018-04-01 00:00:31,{number},3156,57.16,1,2\n");

        var error = Assert.Throws<SourceException>(() => FileSource.Read(file).ToList());

        Assert.False(error.Message.Contains(number, StringComparison.Ordinal), "the message quotes the number");
    }

    [Fact]
    public void The_published_file_reads_whole()
    {
        string? file = Repository.Shared("data/handbook.csv.gz");
        Assert.SkipWhen(file is null, "needs the public benchmark: shared/data/handbook.csv.gz beside the repository");
        int rows = 0, frauds = 0;
        foreach (var row in FileSource.Read(file!))
        {
            rows++;
            if (row.Value == LabelValue.Fraud) frauds++;
        }
        Assert.Equal((1_754_155, 14_681), (rows, frauds));
    }

    [Fact]
    public void Merging_equals_sorting_by_time_with_labels_first()
    {
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 3]).Array[0, 60].Sample(steps =>
        {
            long time = TestRecords.Stamp.Microseconds;
            var transactions = steps.Select((step, i) => Labelled(i, new Instant(time += step.Item1), step.Item2)).ToArray();
            var delay = TimeSpan.FromMicroseconds(30);

            var expected = transactions.Select((row, i) => (Stamp: row.Transaction.EventTime, Rank: 1, Row: i))
                .Concat(transactions.Select((row, i) => (Stamp: row.LabelTime ?? (row.Transaction.EventTime + delay), Rank: 0, Row: i)))
                .OrderBy(happened => (happened.Stamp, happened.Rank, happened.Row))
                .Select(happened => (happened.Stamp, happened.Rank == 1, $"t{happened.Row}"));
            var merged = History.Merge(transactions, delay).Select(happened => (
                happened.Stamp, happened.Transaction is not null,
                (happened.Transaction?.Transaction.TransactionId ?? happened.Label!.Value.TransactionId).ToString()));
            Assert.Equal(expected, merged);
        });
    }

    [Fact]
    public void A_history_out_of_order_is_refused()
    {
        var rows = new[] { Labelled(0, TestRecords.Stamp, 0), Labelled(1, TestRecords.Stamp - TimeSpan.FromSeconds(1), 0) };

        Assert.Throws<SourceException>(() => History.Merge(rows, TimeSpan.Zero).ToList());
    }

    [Fact]
    public void A_label_that_would_arrive_before_its_own_transaction_is_refused()
    {
        var early = Labelled(1, TestRecords.Stamp, 0) with { LabelTime = TestRecords.Stamp - TimeSpan.FromSeconds(1) };

        var error = Assert.Throws<SourceException>(() => History.Merge([Labelled(0, TestRecords.Stamp, 0), early], TimeSpan.Zero).ToList());

        Assert.Contains("Transaction 2 ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A transaction whose label has a time of its own for one kind in four.</summary>
    static LabelledTransaction Labelled(int number, Instant time, int kind)
    {
        var transaction = TestBroker.TransactionNumber(number) with { TransactionId = Utf8Text.From($"t{number}"), EventTime = time };
        return new(transaction, LabelValue.Genuine, kind == 3 ? time + TimeSpan.FromMicroseconds(7) : null);
    }

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    string Compress(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        using var file = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        file.Write(bytes);
        return path;
    }
}
