using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Data.Analysis;

namespace Vigil.Backtest;

/// <summary>
/// Writes a frame as compressed CSV (RFC 4180) with a header: numbers in the fewest digits that give the same bits back, texts in quotes where they need them.
/// </summary>
sealed class CsvFrameWriter : FrameWriter
{
    const int WriteEvery = 1 << 16;
    const int LongestNumber = 32;
    static readonly SearchValues<char> s_special = SearchValues.Create(",\"\r\n");

    readonly GZipStream _stream;
    readonly DataFrameColumn[] _columns;
    readonly ArrayBufferWriter<byte> _buffer = new(2 * WriteEvery);

    internal CsvFrameWriter(Stream stream, FeatureFrame frame) : base(frame)
    {
        (_stream, _columns) = (new(stream, CompressionLevel.Fastest, leaveOpen: true), [.. frame.Frame.Columns]);
        for (int i = 0; i < _columns.Length; i++)
        {
            WriteSeparator(i);
            WriteText(_columns[i].Name);
        }
        _buffer.Write("\n"u8);
    }

    protected override async Task AppendAsync(CancellationToken cancellationToken)
    {
        for (int row = 0; row < Frame.Rows; row++)
        {
            WriteRow(row);
            if (_buffer.WrittenCount >= WriteEvery) await FlushAsync(cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        await _stream.DisposeAsync();
    }

    void WriteRow(int row)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            WriteSeparator(i);
            switch (_columns[i])
            {
                case DoubleDataFrameColumn doubles: WriteNumber(doubles[row]); break;
                case Int32DataFrameColumn integers: WriteNumber(integers[row]); break;
                case StringDataFrameColumn texts: WriteText(texts[row]); break;
                case { } other: throw new NotSupportedException($"{other.Name} is a column of {other.DataType}");
            }
        }
        _buffer.Write("\n"u8);
    }

    void WriteSeparator(int column)
    {
        if (column > 0) _buffer.Write(","u8);
    }

    void WriteNumber<T>(T? value) where T : struct, IUtf8SpanFormattable
    {
        if (value is not { } number) return;
        if (!number.TryFormat(_buffer.GetSpan(LongestNumber), out int written, default, CultureInfo.InvariantCulture))
            throw new InvalidOperationException($"{number} takes more than {LongestNumber} bytes");
        _buffer.Advance(written);
    }

    void WriteText(string text)
    {
        bool quoted = text.AsSpan().ContainsAny(s_special);
        Encoding.UTF8.GetBytes(quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text, _buffer);
    }

    async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
