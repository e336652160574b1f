using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Vigil.Ingest;

/// <summary>One field's way from a CSV row: its column or constant, and how its value is read.</summary>
sealed class CsvColumn
{
    readonly string _name;
    readonly FieldMapping _mapping;
    readonly decimal _minorUnits;
    readonly byte[]? _constant;
    readonly (byte[] Found, byte[] Means)[] _values;
    readonly TextPool _pool = new();

    CsvColumn(Field field, FieldMapping mapping, int index)
    {
        (Field, Index, _mapping) = (field, index, mapping);
        _name = mapping.Column is { } column ? $"column {column}" : $"the constant of {FieldName.Of(field)}";
        _minorUnits = (decimal)Math.Pow(10, mapping.Decimals);
        _constant = mapping.Constant is { } constant ? Encoding.UTF8.GetBytes(constant) : null;
        _values = [.. mapping.Values.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))];
    }

    internal Field Field { get; }

    /// <summary>Of the column in the file; -1 for a constant.</summary>
    internal int Index { get; }

    /// <summary>Matches a mapping to a file's header, both ways.</summary>
    /// <exception cref="SourceException">A mapped column is not in the file, or one of the file's columns is neither mapped nor ignored.</exception>
    internal static CsvColumn[] Resolve(string path, string[] headers, ColumnMapping mapping)
    {
        var columns = mapping.Entries().Select(entry =>
        {
            int index = entry.Mapping.Column is { } name ? Array.IndexOf(headers, name) : -1;
            if (index < 0 && entry.Mapping.Column is { } missing)
                throw new SourceException(
                    $"{path} has no column '{missing}', which the mapping names for {FieldName.Of(entry.Field)}. "
                    + $"Its columns are: {string.Join(", ", headers)}. {Advice(mapping)}");
            return new CsvColumn(entry.Field, entry.Mapping, index);
        }).ToArray();
        var mapped = columns.Select(column => column.Index).ToHashSet();
        for (int i = 0; i < headers.Length; i++)
            if (!mapped.Contains(i) && !mapping.Ignore.Contains(headers[i]))
                throw new SourceException(
                    $"{path} has the column '{headers[i]}', which the mapping neither names nor ignores: map it, or add it to \"ignore\". {Advice(mapping)}");
        return columns;
    }

    /// <summary>Reads a row's value into its field.</summary>
    /// <param name="utf8">The value in the file; not used by a constant.</param>
    /// <param name="fields">Receives it.</param>
    /// <param name="problem">What is wrong with it, where the result is false.</param>
    internal bool TrySet(ReadOnlySpan<byte> utf8, ref RecordFields fields, [NotNullWhen(false)] out string? problem)
    {
        var value = _constant ?? Translate(utf8);
        fields.TryClaim(Field, out _);
        if (value.IsEmpty && (Field.RequiredOfTransaction & Field) == 0)
        {
            fields.TrySetNull(Field, Field.None, out _);
            problem = null;
            return true;
        }
        bool read = TryNumber(value, out long number, out string? expected);
        var rejection = default(Rejection);
        bool set = expected is null ? fields.TrySet(Field, _pool.Keep(value, Field), out rejection) : read && fields.TrySet(Field, number, out rejection);
        problem = set ? null
            : expected is null || read ? $"{_name}: {rejection.Message}"
            : $"{_name}: '{Encoding.UTF8.GetString(DeadLetterBytes.MaskAndCut(value))}' is not {expected}";
        return set;
    }

    /// <summary>Reads the value of a field that is a number on the wire.</summary>
    /// <param name="value">The value.</param>
    /// <param name="number">As it stands on the wire.</param>
    /// <param name="expected">What it has to be; null for a field that is a text.</param>
    bool TryNumber(ReadOnlySpan<byte> value, out long number, out string? expected)
    {
        switch (Field)
        {
            case Field.Amount:
                expected = "an amount such as 57.16";
                return TryAmount(value, out number);
            case Field.EventTime or Field.LabelTime when _mapping.Epoch is { } epoch:
                expected = $"a whole number of {epoch.ToString().ToLowerInvariant()} since 1970-01-01";
                return TryEpoch(value, epoch, out number);
            case Field.EventTime or Field.LabelTime:
                expected = $"a time of the format '{_mapping.Format}'";
                return TryTime(value, out number);
            case Field.Mcc or Field.FraudScenario:
                expected = "a whole number";
                return TryInteger(value, out number);
            default:
                (number, expected) = (0, null);
                return true;
        }
    }

    bool TryAmount(ReadOnlySpan<byte> value, out long minor)
    {
        bool read = decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal major)
            && Math.Abs(major) < 1_000_000_000_000m;
        minor = read ? (long)Math.Round(major * _minorUnits, MidpointRounding.AwayFromZero) : 0;
        return read;
    }

    static bool TryEpoch(ReadOnlySpan<byte> value, EpochUnit unit, out long microseconds)
    {
        bool read = TryInteger(value, out long count);
        microseconds = unit switch
        {
            EpochUnit.Seconds => Math.Clamp(count, -9_000_000_000_000, 9_000_000_000_000) * Instant.PerSecond,
            EpochUnit.Milliseconds => Math.Clamp(count, -9_000_000_000_000_000, 9_000_000_000_000_000) * 1000,
            EpochUnit.Nanoseconds => count / 1000,
            _ => count,
        };
        return read;
    }

    bool TryTime(ReadOnlySpan<byte> value, out long microseconds)
    {
        Span<char> text = stackalloc char[64];
        var time = default(DateTime);
        bool read = value.Length <= text.Length && DateTime.TryParseExact(
            text[..Encoding.UTF8.GetChars(value, text)], _mapping.Format, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
        microseconds = read ? Instant.From(new DateTimeOffset(time, TimeSpan.Zero)).Microseconds : 0;
        return read;
    }

    static bool TryInteger(ReadOnlySpan<byte> value, out long number) =>
        Utf8Parser.TryParse(value, out number, out int used) && used == value.Length;

    ReadOnlySpan<byte> Translate(ReadOnlySpan<byte> value)
    {
        foreach (var (found, means) in _values)
            if (value.SequenceEqual(found)) return means;
        return value;
    }

    static string Advice(ColumnMapping mapping) => mapping == ColumnMapping.Handbook
        ? "No mapping was given, so the public benchmark's columns were expected: "
            + "write one after the example of schemas/mappings/handbook.json and name it with --mapping."
        : "Correct the mapping.";
}
