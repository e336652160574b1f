using CsvHelper;

namespace Vigil.Ingest;

/// <summary>A history file of comma-separated values (RFC 4180) whose header the mapping explains.</summary>
static class CsvSource
{
    internal static IEnumerable<LabelledTransaction> Read(string path, ColumnMapping? mapping, CardTokenizer? tokenizer)
    {
        mapping ??= ColumnMapping.Handbook;
        var options = new CsvReaderOptions { Separator = mapping.Separator, TrackLineNumbers = true, IncludeValuesInExceptions = false };
        using var reader = CsvReader.Create(FileSource.Open(path), options);
        reader.ReadHeader();
        var columns = CsvColumn.Resolve(path, [.. reader.Headers], mapping);
        bool numbersRows = columns.All(column => column.Field != Field.TransactionId);
        while (reader.Read())
        {
            var fields = new RecordFields(LabelledTransactionJson.EndOfTime, tokenizer);
            if (reader.FieldCount != reader.Headers.Count)
                throw SourceException.At(path, reader.LineNumber, $"the row has {reader.FieldCount} columns, the header {reader.Headers.Count}");
            foreach (var column in columns)
                if (!column.TrySet(column.Index < 0 ? default : reader.GetSpan(column.Index), ref fields, out string? problem))
                    throw SourceException.At(path, reader.LineNumber, problem);
            if (numbersRows) SetNumber(reader.RowNumber, ref fields);
            if (!fields.TryBuild(out LabelledTransaction transaction, out var rejection))
                throw SourceException.At(path, reader.LineNumber, rejection.Message);
            yield return transaction;
        }
    }

    static void SetNumber(long row, ref RecordFields fields)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(row.ToString(System.Globalization.CultureInfo.InvariantCulture));
        fields.TryClaim(Field.TransactionId, out _);
        fields.TrySet(Field.TransactionId, text, out _);
    }
}
