using System.Text;
using Avro;
using Avro.IO;
using Decoder = Avro.IO.Decoder;

namespace Vigil.Ingest;

/// <summary>
/// Avro's binary decoder over one record's bytes, which believes no length that goes beyond them (the library's own asks for gigabytes first) and no text that
/// is not UTF-8 (the library's own puts replacement characters).
/// </summary>
/// <param name="bytes">The datum, from its position on.</param>
sealed class AvroValueDecoder(MemoryStream bytes) : BinaryDecoder(bytes), Decoder
{
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    string Decoder.ReadString() => s_strict.GetString(Take(ReadLong()));

    byte[] Decoder.ReadBytes() => Take(ReadLong()).ToArray();

    void Decoder.SkipString() => Take(ReadLong());

    void Decoder.SkipBytes() => Take(ReadLong());

    ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > bytes.Length - bytes.Position) throw new AvroException("a length goes beyond the record");
        int start = (int)bytes.Position;
        bytes.Position += length;
        return bytes.GetBuffer().AsSpan(start, (int)length);
    }
}
