using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using Parquet;
using Parquet.Schema;
using Vigil.Features;

namespace Vigil.Backtest.Tests;

/// <summary>A file of features in memory: a text a row that says every value's bits.</summary>
sealed record FeatureTable(string[] Columns, List<string> Rows)
{
    /// <summary>The columns of a file without labels.</summary>
    internal static string[] FeatureColumns { get; } =
        ["transaction_id", .. FeatureList.Numeric.Select(feature => feature.Name), .. FeatureList.Categorical.Select(feature => feature.Name)];

    /// <summary>One transaction's row.</summary>
    internal static string Row(string id, FeatureVector features, params string[] more) =>
        string.Join('|', [id, .. features.Numeric.Select(Bits), .. features.Categorical.Select(value => Bits(value)), .. more]);

    internal static async Task<FeatureTable> ReadParquetAsync(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        var fields = reader.Schema.DataFields;
        var rows = new List<string>();
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader columns = reader.OpenRowGroupReader(group);
            var texts = new List<string[]>();
            foreach (var field in fields) texts.Add(await TextsAsync(columns, field));
            for (int row = 0; row < columns.RowCount; row++) rows.Add(string.Join('|', texts.Select(column => column[row])));
        }
        return new([.. fields.Select(field => field.Name)], rows);
    }

    internal static FeatureTable ReadCsv(string path)
    {
        using var reader = CsvReader.Create(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), new());
        reader.ReadHeader();
        string[] columns = [.. reader.Headers];
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = columns.Select((name, i) =>
                name is "transaction_id" or "label" ? Text(reader, i) : Bits(double.Parse(Text(reader, i), CultureInfo.InvariantCulture)));
            rows.Add(string.Join('|', values));
        }
        return new(columns, rows);
    }

    static string Text(CsvReader reader, int column) => Encoding.UTF8.GetString(reader.GetSpan(column));

    static async Task<string[]> TextsAsync(ParquetRowGroupReader reader, DataField field)
    {
        int count = (int)reader.RowCount;
        if (field.Name == "transaction_id")
        {
            string[] texts = new string[count];
            await reader.ReadAsync(field, texts);
            return texts;
        }
        if (field.ClrType == typeof(double))
        {
            double[] values = new double[count];
            await reader.ReadAsync<double>(field, values);
            return [.. values.Select(Bits)];
        }
        if (!field.IsNullable)
        {
            int[] values = new int[count];
            await reader.ReadAsync<int>(field, values);
            return [.. values.Select(value => Bits(value))];
        }
        int?[] labels = new int?[count];
        await reader.ReadAsync<int>(field, labels);
        return [.. labels.Select(label => label?.ToString(CultureInfo.InvariantCulture) ?? "")];
    }

    static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);
}
