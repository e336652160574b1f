using System.ComponentModel.DataAnnotations;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class FeatureExportTests : IDisposable
{
    static readonly LabelledTransaction[] s_history = [.. SmallWorld.Transactions.Take(6_000).Select(Vary)];

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-features-").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("features.parquet", 1)]
    [InlineData("features.parquet", 5)]
    [InlineData("features.csv.gz", 1)]
    [InlineData("features.csv.gz", 5)]
    public async Task A_file_read_back_holds_every_value_bit_for_bit(string name, int partitions)
    {
        FeatureExportRequest request = Request(name) with { Partitions = partitions };
        FeatureExportCounts counts = await FeatureExport.RunAsync(request, null, Cancellation);

        List<string> expected = Expected(partitions);
        Assert.Equal((s_history.Length, expected.Count), (counts.Read + counts.Repeats, counts.Rows));
        FeatureTable table = await ReadAsync(request.Path);
        Assert.Equal(FeatureTable.FeatureColumns, table.Columns);
        Assert.Equal(expected, table.Rows);
    }

    [Theory]
    [InlineData("features.parquet")]
    [InlineData("features.csv.gz")]
    public async Task Labels_stand_in_a_last_column_that_is_empty_where_nothing_is_known(string name)
    {
        FeatureExportRequest request = Request(name) with { Labels = true };
        await FeatureExport.RunAsync(request, null, Cancellation);

        FeatureTable table = await ReadAsync(request.Path);
        Assert.Equal([.. FeatureTable.FeatureColumns, "label"], table.Columns);
        var labels = table.Rows.Select(row => row[(row.LastIndexOf('|') + 1)..]);
        Assert.Equal(s_history.Select(labelled => labelled.Value is { } value ? value == LabelValue.Fraud ? "1" : "0" : ""), labels);
        Assert.Equal(3, labels.Distinct().Count());
    }

    [Fact]
    public async Task A_window_leaves_rows_out_and_changes_none()
    {
        TimeWindow window = SmallWorld.Days(3, 5);
        FeatureExportRequest request = Request("features.parquet") with { Window = window };
        await FeatureExport.RunAsync(request, null, Cancellation);

        var expected = Expected(1).Where((_, row) => window.Contains(s_history[row].Transaction.EventTime));
        Assert.Equal(expected, (await ReadAsync(request.Path)).Rows);
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_to_its_end_leaves_the_file_of_before_as_it_was()
    {
        FeatureExportRequest request = Request("features.csv.gz");
        await File.WriteAllTextAsync(request.Path, "before", Cancellation);
        var broken = s_history.Take(500).Append(s_history[0]); // earlier than the one before it

        await Assert.ThrowsAsync<SourceException>(() => FeatureExport.RunAsync(request with { History = broken }, null, Cancellation));
        Assert.Equal("before", await File.ReadAllTextAsync(request.Path, Cancellation));
        Assert.Equal([request.Path], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("features.parquet")]
    [InlineData("features.csv.gz")]
    public async Task An_empty_history_gives_a_file_with_columns_and_no_rows(string name)
    {
        FeatureExportRequest request = Request(name) with { History = [] };
        await FeatureExport.RunAsync(request, null, Cancellation);
        FeatureTable table = await ReadAsync(request.Path);
        Assert.Equal(FeatureTable.FeatureColumns, table.Columns);
        Assert.Empty(table.Rows);
    }

    [Fact]
    public async Task A_name_of_another_format_no_partition_and_a_folder_that_is_not_there_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => FeatureExport.RunAsync(Request("features.xlsx"), null, Cancellation));
        await Assert.ThrowsAsync<ValidationException>(() => FeatureExport.RunAsync(Request("features.parquet") with { Partitions = 0 }, null, Cancellation));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => FeatureExport.RunAsync(Request("none/features.parquet"), null, Cancellation));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    FeatureExportRequest Request(string name) => new()
    {
        History = s_history,
        Path = Path.Combine(_folder, name),
        LabelDelay = TimeSpan.FromDays(2),
        RowGroupRows = 1_000,
    };

    static Task<FeatureTable> ReadAsync(string path) =>
        path.EndsWith(".parquet", StringComparison.Ordinal) ? FeatureTable.ReadParquetAsync(path) : Task.FromResult(FeatureTable.ReadCsv(path));

    static List<string> Expected(int partitions) =>
    [
        .. FeatureReplay.Read(s_history, TimeSpan.FromDays(2), new(long.MaxValue), [], new(partitions))
            .Select(row => FeatureTable.Row(row.Labelled.Transaction.TransactionId.ToString(), row.Features)),
    ];

    /// <summary>Some ids that CSV must quote, and some transactions that nobody ever labels.</summary>
    static LabelledTransaction Vary(LabelledTransaction labelled, int number) => labelled with
    {
        Value = number % 7 == 0 ? null : labelled.Value,
        Transaction = number % 11 != 0 ? labelled.Transaction : labelled.Transaction with { TransactionId = Utf8Text.From($"a, \"b\" {number}\r\nc") },
    };
}
