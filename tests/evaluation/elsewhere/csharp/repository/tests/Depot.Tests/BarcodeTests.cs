using Depot.Core.Labels;
using Xunit;

namespace Depot.Tests;

public class BarcodeTests
{
    [Fact]
    public void Zeros_in_front_are_part_of_the_number()
    {
        Assert.Equal("00004711", Barcode.Read("D00004711"));
    }

    [Fact]
    public void Codes_of_others_are_not_read()
    {
        Assert.Null(Barcode.Read("4006381333931"));
    }
}
