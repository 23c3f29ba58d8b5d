require "weeks"

RSpec.describe Weeks do
  it "counts a Tuesday to the delivery of the week before" do
    expect(described_class.of(Date.new(2026, 3, 3))).to eq(9)
  end

  it "begins on Wednesday" do
    expect(described_class.of(Date.new(2026, 3, 4))).to eq(10)
  end
end
